"""The unsorted pile: tick what says the same and make a point of it, or add it to one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from participation.adoption import operations, queries
from participation.adoption.forms import SortForm
from participation.adoption.models import OpinionPoint
from participation.adoption.views.entrance import bp, clause_options, page, seen
from participation.campaigns.queries import own_words
from participation.comments.queries import changes_in_list
from participation.comments.rules import STANCE_WORDS, Stance
from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.paging import parse_cursor
from participation.kernel.verdict import N_
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence

TITLE_SHOWN = 40


@bp.get("")
@guarded(may_see_desk)
def desk(slug: str) -> Any:
    """What is in no point yet, in the order it came."""
    consultation = seen(slug)
    form = SortForm(formdata=None)
    form.clause_key.data = request.args.get("clause", "")
    return _pile(consultation, form)


def _pile(consultation: Consultation, form: SortForm, status: int = 200) -> Any:
    choices = queries.clause_choices(consultation.id)
    clause = next((each for each in choices if each.key == request.args.get("clause")), None)
    stance = request.args.get("stance", "")
    stance = stance if stance in list(Stance) else ""
    after = parse_cursor(request.args.get("after"))
    wanted: dict[str, Any] = {
        "clause_id": clause.id if clause else None,
        "stance": Stance(stance) if stance else None,
    }
    found = queries.unsorted(consultation.id, after, single=True, **wanted)
    # What many sent stands first, each group as one row.
    groups, more_groups = (
        ([], False) if after else queries.unsorted_campaigns(consultation.id, **wanted)
    )
    offer_places(consultation, form)
    return page(
        "adoption/desk.html",
        consultation,
        status,
        form=form,
        groups=groups,
        own_words=own_words(groups),
        more_groups=more_groups,
        rows=found.items,
        changes=changes_in_list(found.items),
        next=found.next,
        is_first=after is None,
        filters=_filters(clause.key if clause else "", stance),
        selected=set(_numbers("selected")),
        selected_groups=set(_numbers("group")),
        clause_filter=[
            ("", _("全部条款")),
            *((each.key, f"{each.label}（{each.opinions}）") for each in choices),
        ],
        stance_filter=[
            ("", _("全部态度")),
            *((each.value, sentence(words)) for each, words in STANCE_WORDS.items()),
        ],
    )


def offer_places(consultation: Consultation, form: SortForm) -> None:
    """Fill in the clauses and points that opinions can be sorted to."""
    points = queries.point_choices(consultation.id)
    form.clause_key.choices = [("", _("整个草案")), *clause_options(consultation.id)]
    form.point.choices = [("", _("不选")), *(_point_choice(*each) for each in points)]


def _point_choice(number: int, title: str) -> tuple[str, str]:
    shown = title if len(title) <= TITLE_SHOWN else title[:TITLE_SHOWN] + "…"
    return str(number), _("第 %(number)s 项：%(title)s", number=number, title=shown)


def _filters(clause: str, stance: str) -> dict[str, str]:
    given = {"clause": clause, "stance": stance}
    return {name: value for name, value in given.items() if value}


@bp.post("/sort")
@guarded(may_see_desk)
def sort(slug: str) -> Any:
    """Put the ticked opinions into a new point or into one there is; back to the same pile."""
    consultation = seen(slug)
    form = SortForm()
    if form.validate():
        try:
            flash(put_into_point(consultation, form, _numbers("selected"), _numbers("group")))
            place: dict[str, Any] = request.args.to_dict()
            return redirect(url_for("adoption.desk", slug=slug, **place), code=303)
        except Refused as error:
            form.refuse(error)
    return _pile(consultation, form, 422)


def _numbers(field: str) -> list[int]:
    return [int(each) for each in request.form.getlist(field) if each.isdecimal()]


def put_into_point(
    consultation: Consultation, form: SortForm, comment_ids: list[int], campaign_ids: list[int]
) -> str:
    """Put opinions and whole groups where the form says; the sentence that tells of it."""
    if not comment_ids and not campaign_ids:
        raise Invalid(N_("请先勾选意见。"))
    is_new = request.form.get("action") == "new"
    point = None if is_new else _chosen(consultation, form)
    actor, slug = current_actor(), consultation.slug
    with transaction():
        ids = operations.with_campaigns(actor, slug, comment_ids, campaign_ids)
        if point is None:
            made = operations.create_point(
                actor, slug, form.title.data or "", ids, form.clause_key.data or None
            )
            number, count = made.number, made.member_count
        else:
            number, count = point.number, operations.add_members(actor, point.id, ids)
    words = (
        N_("已建立第 %(number)s 项要点，归入 %(count)s 条意见。")
        if is_new
        else N_("已把 %(count)s 条意见归入第 %(number)s 项要点。")
    )
    said: str = _(words, number=number, count=count)
    return said


def _chosen(consultation: Consultation, form: SortForm) -> OpinionPoint:
    try:
        return queries.point_by_number(consultation.id, int(form.point.data or "0"))
    except (NotFound, ValueError) as error:
        raise Invalid(N_("请选择归入哪一项要点。"), field="point") from error
