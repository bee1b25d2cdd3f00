"""The staff's queue of opinions: look at each, show it, withhold it, say what it repeats."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.comments import operations, queries, rules
from participation.comments.contacts import masked_contact, masked_name
from participation.comments.forms import ActForm, RestrictForm, worded
from participation.comments.masking import find_personal_data, mask
from participation.comments.models import Comment
from participation.comments.origins import origin_of
from participation.comments.portable import has_phone, opened
from participation.comments.queries import EXCERPT, QueueRow
from participation.comments.receipts import read_receipt
from participation.comments.rules import Channel, ContactField, Outcome, RespondentKind, Visibility
from participation.comments.views.blueprint import bp
from participation.comments.views.files import staff_files
from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft, desk_by_slug
from participation.consultations.rules import may_see_desk
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.paging import parse_cursor
from participation.kernel.verdict import N_, Verdict
from participation.rulebook.moderation import WithholdingReason
from participation.web.access import current_actor, guarded, local_path
from participation.web.filters import sentence

# All that wait are shown to the public in pieces, so that nobody who sends waits behind them.
PIECE, MOST_AT_ONCE = 500, 5000
WITHDRAWN = "withdrawn"
TABS = (*Visibility, WITHDRAWN)
TAB_WORDS = dict(rules.VISIBILITY_WORDS) | {WITHDRAWN: N_("已撤回")}


def seen_by(slug: str) -> Consultation:
    """The consultation, where the actor may look at its work."""
    return desk_by_slug(current_actor(), slug, clock.now())


def clause_choices(consultation_id: int) -> list[tuple[int, str, str]]:
    """Id, key and label of the clauses that opinions can be on."""
    draft = current_draft(consultation_id)
    rows = clauses_of(draft.id) if draft else []
    return [
        (row.id, row.key, row.label or row.text[:20])
        for row in rows
        if row.kind in rules.COMMENTABLE
    ]


@bp.get("/desk/consultations/<slug>/comments")
@guarded(may_see_desk)
def queue(slug: str) -> Any:
    """The queue, by what was decided of the display; `find` leads to one by number or receipt."""
    consultation = seen_by(slug)
    if wanted := request.args.get("find", "").strip():
        return _found(consultation, wanted)
    clauses = clause_choices(consultation.id)
    filters = _filters(clauses)
    after = parse_cursor(request.args.get("after"))
    page = queries.queue(consultation.id, after=after, **filters.arguments)
    digests = [row.words_digest for row in page.items]
    same = {each.words_digest: each for each in queries.same_words(consultation.id, digests)}
    return render_template(
        "comments/queue.html",
        consultation=consultation,
        filters=filters,
        tabs=[(tab, sentence(TAB_WORDS[tab])) for tab in TABS],
        clauses=[("", _("全部条款")), *((key, label) for _id, key, label in clauses)],
        channels=[("", _("全部来源")), *worded(rules.CHANNEL_WORDS)],
        counts=queries.counts(consultation.id),
        rows=[_shown(row, same) for row in page.items],
        # What is personal has to be seen marked.
        changes=queries.changes_in_list(
            row for row in page.items if not find_personal_data(row.proposed_text)
        ),
        next=page.next,
        is_first=after is None,
        form=ActForm(formdata=None),
        verdict=rules.may_moderate(current_actor(), consultation.department_id),
        words=rules,
        now=clock.now(),
    )


class Filters:
    """What the queue is narrowed to, as it stands in the address."""

    def __init__(self, tab: str, clause: tuple[int, str, str] | None, channel: str) -> None:
        self.tab = tab
        self.clause = clause[1] if clause else ""
        self.clause_id = clause[0] if clause else None
        self.clause_label = clause[2] if clause else ""
        self.channel = channel

    @property
    def values(self) -> dict[str, Any]:
        """As the address has them."""
        given = {"state": self.tab, "clause": self.clause, "channel": self.channel}
        return {name: value for name, value in given.items() if value}

    @property
    def are_set(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.clause or self.channel)

    @property
    def arguments(self) -> dict[str, Any]:
        """As `queries.queue` takes them."""
        gone = self.tab == WITHDRAWN
        return {
            "visibility": None if gone else Visibility(self.tab),
            "outcome": Outcome.WITHDRAWN if gone else None,
            "clause_id": self.clause_id,
            "channel": Channel(self.channel) if self.channel else None,
        }


def _filters(clauses: list[tuple[int, str, str]]) -> Filters:
    tab = request.values.get("state", "")
    wanted = request.values.get("clause", "")
    channel = request.values.get("channel", "")
    return Filters(
        tab if tab in TABS else Visibility.WAITING,
        next((each for each in clauses if each[1] == wanted), None),
        channel if channel in list(Channel) else "",
    )


def _found(consultation: Consultation, wanted: str) -> Any:
    try:
        code = read_receipt(wanted)
        comment = queries.by_receipt(code) if code else None
        if comment is None and wanted.isdecimal() and len(wanted) < 10:
            comment = queries.by_number(consultation.id, int(wanted))
    except NotFound:
        comment = None
    if comment is None or comment.consultation_id != consultation.id:
        flash(_("没有找到编号或者回执码为 %(wanted)s 的意见。", wanted=wanted[:40]), "error")
        return redirect(url_for("comments.queue", slug=consultation.slug))
    return redirect(url_for("comments.detail", slug=consultation.slug, number=comment.number))


def _shown(row: QueueRow, same: dict[str, queries.SameWords]) -> dict[str, Any]:
    alike = same.get(row.words_digest)
    return {
        "row": row,
        "body": marked(row.body),
        "proposed": marked(row.proposed_text),
        "is_cut": row.body_length > EXCERPT or len(row.proposed_text) >= EXCERPT,
        "alike": alike.members - 1 if alike else 0,
        "first": alike.first_number if alike else None,
    }


def marked(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is personal and will be masked."""
    pieces, end = [], 0
    for span in find_personal_data(text):
        pieces += [(text[end : span.start], False), (text[span.start : span.end], True)]
        end = span.end
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


@bp.get("/desk/consultations/<slug>/comments/<int:number>")
@guarded(may_see_desk)
def detail(slug: str, number: int) -> Any:
    """One opinion: the words received, what would be shown, and what can be done."""
    consultation = seen_by(slug)
    comment = queries.by_number(consultation.id, number)
    verdict = rules.may_moderate(current_actor(), consultation.department_id)
    is_hidden = comment.visibility in rules.HIDDEN
    same = queries.same_words(consultation.id, [comment.words_digest]) if not is_hidden else []
    return render_template(
        "comments/detail.html",
        consultation=consultation,
        comment=comment,
        is_hidden=is_hidden,
        body=marked("" if is_hidden else comment.body),
        proposed=marked("" if is_hidden else comment.proposed_text),
        change=None if is_hidden else queries.changes_of([comment], whole=True).get(comment.id),
        masked="" if is_hidden else mask(comment.body).text,
        former=queries.versions_of(comment.id) if comment.corrected_at and not is_hidden else [],
        masked_proposed="" if is_hidden else mask(comment.proposed_text).text,
        alike=same[0] if same else None,
        original=queries.by_id(comment.duplicate_of_id) if comment.duplicate_of_id else None,
        sender=_sender(comment) if verdict and not is_hidden else None,
        may_reveal=rules.may_reveal(current_actor(), consultation.department_id),
        may_call=_may_call(comment, consultation.department_id),
        asked=queries.erasure_request(comment.id),
        form=ActForm(formdata=None),
        restrict_form=RestrictForm(formdata=None),
        files=[] if is_hidden else staff_files(slug, comment),
        origin=origin_of(comment) if verdict and not is_hidden else None,
        verdict=verdict,
        words=rules,
        now=clock.now(),
    )


def _may_call(comment: Comment, department_id: int) -> dict[str, Verdict]:
    """Whether a call may be entered that proves the telephone, and whether one is taken back."""
    may = bool(rules.may_confirm_by_call(current_actor(), department_id))
    has_any = may and has_phone(comment)
    return {
        act: rules.is_provable(
            comment.standing, comment.visibility, has_phone=has_any, is_proved=act == "take_back"
        )
        for act in ("confirm", "take_back")
    }


def _sender(comment: Comment) -> dict[str, str]:
    """Who wrote, as far as officers are shown it: an organisation's name, a person's first sign."""
    name = opened(comment, ContactField.NAME)
    contact = opened(comment, ContactField.CONTACT)
    is_person = comment.respondent_kind is RespondentKind.PERSON
    return {
        "name": masked_name(name) if is_person else name,
        "contact": masked_contact(contact) if contact else "",
    }


@bp.post("/desk/consultations/<slug>/comments/act")
@guarded(may_see_desk)
def act(slug: str) -> Any:
    """Do with the ticked opinions, or with all that wait in the filter, what the button says."""
    consultation = seen_by(slug)
    form = ActForm()
    filters = _filters(clause_choices(consultation.id))
    back = local_path(request.form.get("next")) or url_for(
        "comments.queue", slug=slug, **filters.values
    )
    if form.action.data == "release_all" and not request.form.get("confirmed"):
        return _ask_once_more(consultation, filters)
    try:
        if not form.validate():
            raise Invalid(N_("填写的内容有误，请改正后再提交。"))
        flash(_done(consultation, form, filters))
    except Refused as error:
        flash(sentence(error), "error")
    return redirect(back, code=303)


def _ask_once_more(consultation: Consultation, filters: Filters) -> str:
    """Nothing that nobody has looked at goes out by one press."""
    rules.may_moderate(current_actor(), consultation.department_id).enforce()
    channel = filters.arguments["channel"]
    return render_template(
        "comments/release_all.html",
        consultation=consultation,
        filters=filters,
        clause_label=filters.clause_label,
        channel_label=sentence(rules.CHANNEL_WORDS[channel]) if channel else "",
        count=queries.waiting(consultation.id, clause_id=filters.clause_id, channel=channel),
        most=MOST_AT_ONCE,
        now=clock.now(),
    )


def _done(consultation: Consultation, form: ActForm, filters: Filters) -> str:
    actor, slug, consultation_id = current_actor(), consultation.slug, consultation.id
    if form.action.data == "release_all":
        return _release_all(slug, consultation_id, filters, form.seen)
    ids = [int(each) for each in request.form.getlist("selected") if each.isdecimal()]
    if not ids:
        raise Invalid(N_("请先勾选意见。"))
    if form.action.data == "release":
        return _release(slug, ids, form.seen)
    if form.action.data == "withhold":
        if not form.reason.data:
            raise Invalid(N_("请选择不公开的原因。"))
        with transaction():
            for each in ids:
                operations.withhold(actor, slug, each, WithholdingReason(form.reason.data))
        return str(_("%(num)s 条意见不公开。", num=len(ids)))
    if form.action.data == "duplicate":
        return _mark(consultation_id, ids, form.original.data)
    if form.action.data == "unmark":
        with transaction():
            for each in ids:
                operations.unmark_duplicate(actor, each)
        return str(_("已取消重复标记。"))
    raise Invalid(N_("请选择要做什么。"))


def _release(slug: str, ids: list[int], seen_at: datetime) -> str:
    with transaction():
        count = operations.release(current_actor(), slug, ids, seen_at=seen_at)
    told = str(_("已公开 %(num)s 条意见。", num=count))
    if queries.corrected_among(ids, seen_at):
        told += str(_("提交人刚修改过的没有公开，请看过新的内容再公开。"))
    return told


def _release_all(slug: str, consultation_id: int, filters: Filters, seen_at: datetime) -> str:
    count = PIECE
    total = 0
    while count == PIECE and total < MOST_AT_ONCE:
        with transaction():
            count = operations.release(
                current_actor(),
                slug,
                clause_id=filters.clause_id,
                channel=Channel(filters.channel) if filters.channel else None,
                most=PIECE,
                seen_at=seen_at,
            )
        total += count
    left = queries.counts(consultation_id).by_visibility[Visibility.WAITING]
    return str(_("已公开 %(count)s 条意见，还有 %(left)s 条待审看。", count=total, left=left))


def _mark(consultation_id: int, ids: list[int], number: int | None) -> str:
    if number is None:
        raise Invalid(N_("请填写原件的编号。"))
    try:
        original = queries.by_number(consultation_id, number).id
    except NotFound as error:
        raise Invalid(N_("这件事项没有这个编号的意见。")) from error
    with transaction():
        for each in ids:
            if each != original:
                operations.mark_duplicate(current_actor(), each, original)
    return str(_("已标为与第 %(number)s 号重复。", number=number))
