"""The points: their list, and the page where one is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.accounts.queries import user_by_id
from participation.adoption import operations, queries
from participation.adoption.checking import FINDING_WORDS, Finding
from participation.adoption.forms import ActForm, DecisionForm, KeepForm, PointForm
from participation.adoption.models import OpinionPoint
from participation.adoption.rules import DISPOSITION_WORDS, Disposition
from participation.adoption.views.entrance import bp, clause_options, page, seen
from participation.comments.queries import changes_in_list
from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence

UNDECIDED = "undecided"


def _number(name: str) -> int:
    word = request.args.get(name, "")
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else 0


@bp.get("/points")
@guarded(may_see_desk)
def points(slug: str) -> Any:
    """The points by number, narrowed by what was decided."""
    consultation = seen(slug)
    show = request.args.get("show", "")
    after = _number("after")
    rows, following = queries.points(
        consultation.id,
        after,
        disposition=Disposition(show) if show in list(Disposition) else None,
        undecided=show == UNDECIDED,
    )
    return page(
        "adoption/points.html",
        consultation,
        rows=rows,
        warned={each.number for each in _unresolved(consultation.id)},
        next=following,
        is_first=after == 0,
        show=show,
        choices=[
            ("", _("全部要点")),
            (UNDECIDED, _("待答复")),
            *((each.value, sentence(words)) for each, words in DISPOSITION_WORDS.items()),
        ],
    )


@bp.route("/points/<int:number>", methods=["GET", "POST"])
@guarded(may_see_desk)
def point(slug: str, number: int) -> Any:
    """One point: answer it; below, its opinions."""
    consultation = seen(slug)
    found = queries.point_by_number(consultation.id, number)
    form = DecisionForm(obj=_answer_of(found) if request.method == "GET" else None)
    if request.method == "GET":
        return _point_page(consultation, found, form)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decide_point(
                    current_actor(),
                    found.id,
                    form.disposition.data,
                    form.reason.data,
                    form.changed_text.data or "",
                    seen=form.seen,
                )
            flash(_("第 %(number)s 项要点已答复。", number=number))
            return _onward(consultation, number)
        except operations.Overtaken:
            return _overtaken(slug, number, form)
        except Refused as error:
            form.refuse(error)
    return _point_page(consultation, found, form, status=422)


def _answer_of(found: OpinionPoint) -> Any:
    """What the form begins with: the answer there is, or the clause's words to be changed."""

    class Answer:
        disposition = found.disposition.value if found.disposition else None
        reason = found.reason
        changed_text = found.changed_text if found.disposition else found.clause_text
        version = str(found.version)

    return Answer()


def _onward(consultation: Consultation, number: int) -> Response:
    """To the next point without an answer, where there is one; first to what this one lacks."""
    if _unresolved(consultation.id, number):
        flash(_("答复有可以改进的地方，请看下面的提醒。"))
        return _to_point(consultation.slug, number, "checks")
    rows, _following = queries.points(consultation.id, number, undecided=True)
    if rows:
        target = url_for("adoption.point", slug=consultation.slug, number=rows[0].number)
    else:
        target = url_for("adoption.points", slug=consultation.slug)
    return redirect(target, code=303)


def _unresolved(consultation_id: int, number: int | None = None) -> list[queries.Warned]:
    return [each for each in queries.warnings_of(consultation_id, number) if each.kept is None]


def _overtaken(
    slug: str, number: int, form: DecisionForm | None, words_form: PointForm | None = None
) -> Any:
    """What the other wrote beside what was typed; saved from here, it is replaced knowingly."""
    consultation = seen(slug)
    found = queries.point_by_number(consultation.id, number)
    form = form or DecisionForm(formdata=None, obj=_answer_of(found))
    for each in (form, words_form):
        if each is not None:
            each.version.data = str(found.version)
    return _point_page(consultation, found, form, words_form, status=409)


def _writer(found: OpinionPoint) -> str:
    if found.changed_by_id == current_actor().id:
        return _("您自己，在另一个窗口")
    return user_by_id(found.changed_by_id).display_name if found.changed_by_id else _("系统")


def _point_page(
    consultation: Consultation,
    found: OpinionPoint,
    form: DecisionForm,
    words_form: PointForm | None = None,
    status: int = 200,
    keep_form: KeepForm | None = None,
) -> Any:
    warnings = queries.warnings_of(consultation.id, found.number) if found.disposition else []
    keep_form = keep_form or KeepForm(formdata=None, obj=found)
    _offer(keep_form, warnings)
    words_form = words_form or PointForm(formdata=None, obj=found)
    words_form.clause_key.choices = [("", _("整个草案")), *clause_options(consultation.id)]
    after = _number("after")
    members, following = queries.members_of(found.id, after)
    return page(
        "adoption/point.html",
        consultation,
        status,
        point=found,
        form=form,
        words_form=words_form,
        warnings=warnings,
        keep_form=keep_form,
        finding_words=FINDING_WORDS,
        is_overtaken=status == 409,
        writer=_writer(found) if status == 409 else "",
        rows=members,
        changes=changes_in_list(members),
        next=following,
        is_first=after == 0,
    )


def _offer(form: KeepForm, warnings: Sequence[queries.Warned]) -> None:
    """The warnings that may be ticked; a single one is ticked already."""
    form.findings.choices = [
        (each.finding.value, sentence(FINDING_WORDS[each.finding]))
        for each in warnings
        if each.kept is None
    ]
    if not form.is_submitted() and len(form.findings.choices) == 1:
        form.findings.data = [form.findings.choices[0][0]]


@bp.post("/points/<int:number>/keep")
@guarded(may_see_desk)
def keep(slug: str, number: int) -> Any:
    """Let the answer stand in spite of the ticked warnings, with a note."""
    consultation = seen(slug)
    found = queries.point_by_number(consultation.id, number)
    form = KeepForm()
    form.findings.choices = [(each.value, "") for each in Finding]
    if form.validate_on_submit():
        chosen = [Finding(each) for each in form.findings.data or []]
        try:
            with transaction():
                operations.keep_answer(
                    current_actor(), found.id, chosen, form.note.data, seen=form.seen
                )
            flash(_("已记下说明，答复照原样保留。"))
            return _to_point(slug, number, "checks")
        except operations.Overtaken:
            return _overtaken(slug, number, None)
        except Refused as error:
            form.refuse(error)
    answer = DecisionForm(formdata=None, obj=_answer_of(found))
    return _point_page(consultation, found, answer, status=422, keep_form=form)


@bp.post("/points/<int:number>/words")
@guarded(may_see_desk)
def edit(slug: str, number: int) -> Any:
    """Say otherwise what a point is about."""
    consultation = seen(slug)
    found = queries.point_by_number(consultation.id, number)
    form = PointForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_point(
                    current_actor(),
                    found.id,
                    form.title.data,
                    form.clause_key.data or None,
                    seen=form.seen,
                )
            flash(_("第 %(number)s 项要点已修改。", number=number))
            return _to_point(slug, number)
        except operations.Overtaken:
            return _overtaken(slug, number, None, form)
        except Refused as error:
            form.refuse(error)
    answer = DecisionForm(formdata=None, obj=_answer_of(found))
    return _point_page(consultation, found, answer, form, status=422)


@bp.post("/points/<int:number>/remove")
@guarded(may_see_desk)
def remove(slug: str, number: int) -> Any:
    """Take the ticked opinions out of a point, back to the unsorted pile."""
    consultation = seen(slug)
    found = queries.point_by_number(consultation.id, number)
    ids = [int(each) for each in request.form.getlist("selected") if each.isdecimal()]
    if ActForm().validate_on_submit() and ids:
        try:
            with transaction():
                count = operations.remove_members(current_actor(), found.id, ids)
            flash(_("已移出 %(count)s 条意见，回到待归类。", count=count))
        except Refused as error:
            flash(sentence(error), "error")
    else:
        flash(_("请先勾选意见。"), "error")
    return _to_point(slug, number)


def _to_point(slug: str, number: int, anchor: str | None = None) -> Response:
    target = url_for("adoption.point", slug=slug, number=number, _anchor=anchor)
    return redirect(target, code=303)
