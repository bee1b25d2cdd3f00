"""The unsorted pile: tick what says the same and make a point of it, or add it to one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from participation.adoption import operations, queries
from participation.adoption.forms import SortForm
from participation.adoption.views.entrance import bp, clause_options, page, seen
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
    found = queries.unsorted(
        consultation.id,
        after,
        clause_id=clause.id if clause else None,
        stance=Stance(stance) if stance else None,
    )
    clauses = clause_options(consultation.id)
    points = queries.point_choices(consultation.id)
    form.clause_key.choices = [("", _("整个草案")), *clauses]
    form.point.choices = [("", _("不选")), *(_point_choice(*each) for each in points)]
    return page(
        "adoption/desk.html",
        consultation,
        status,
        form=form,
        rows=found.items,
        changes=changes_in_list(found.items),
        next=found.next,
        is_first=after is None,
        filters=_filters(clause.key if clause else "", stance),
        selected={int(each) for each in request.form.getlist("selected") if each.isdecimal()},
        clause_filter=[
            ("", _("全部条款")),
            *((each.key, f"{each.label}（{each.opinions}）") for each in choices),
        ],
        stance_filter=[
            ("", _("全部态度")),
            *((each.value, sentence(words)) for each, words in STANCE_WORDS.items()),
        ],
    )


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
    action = request.form.get("action")
    if form.validate():
        try:
            flash(_sort_new(slug, form) if action == "new" else _sort_into(consultation, form))
            place: dict[str, Any] = request.args.to_dict()
            return redirect(url_for("adoption.desk", slug=slug, **place), code=303)
        except Refused as error:
            form.refuse(error)
    return _pile(consultation, form, 422)


def _ticked() -> list[int]:
    ids = [int(each) for each in request.form.getlist("selected") if each.isdecimal()]
    if not ids:
        raise Invalid(N_("请先勾选意见。"))
    return ids


def _sort_new(slug: str, form: SortForm) -> str:
    ids = _ticked()
    with transaction():
        point = operations.create_point(
            current_actor(), slug, form.title.data or "", ids, form.clause_key.data or None
        )
        number, members = point.number, point.member_count
    said: str = _(
        "已建立第 %(number)s 项要点，归入 %(count)s 条意见。", number=number, count=members
    )
    return said


def _sort_into(consultation: Consultation, form: SortForm) -> str:
    ids = _ticked()
    try:
        point = queries.point_by_number(consultation.id, int(form.point.data or "0"))
    except (NotFound, ValueError) as error:
        raise Invalid(N_("请选择归入哪一项要点。"), field="point") from error
    number = point.number
    with transaction():
        count = operations.add_members(current_actor(), point.id, ids)
    said: str = _("已把 %(count)s 条意见归入第 %(number)s 项要点。", number=number, count=count)
    return said
