"""Where work on a result begins: the consultation locked, the point found, texts checked."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from participation.adoption import rules
from participation.adoption.models import OpinionPoint
from participation.consultations.models import Consultation
from participation.consultations.operations import touch
from participation.consultations.queries import (
    current_draft,
    lock_exclusive,
    public_clauses,
    wording,
)
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.text import plain
from participation.kernel.verdict import N_


class Overtaken(Refused):
    """Somebody else changed the point since it was read; nothing was written."""

    def __init__(self) -> None:
        super().__init__(rules.OVERTAKEN)


class Place(NamedTuple):
    """The clause that a point is on, as the public reads it."""

    clause_id: int | None = None
    clause_key: str | None = None
    clause_label: str = ""
    clause_text: str = ""


def workplace(actor: Actor, name: str | int) -> Consultation:
    """The consultation, locked, where the actor may answer now."""
    consultation = lock_exclusive(name)
    stage = consultation.stage(clock.now())
    rules.may_answer(actor, stage, consultation.department_id).enforce()
    return consultation


def locked_point(actor: Actor, point_id: int) -> tuple[Consultation, OpinionPoint]:
    consultation_id = db.session.scalar(
        select(OpinionPoint.consultation_id).where(OpinionPoint.id == point_id)
    )
    if consultation_id is None:
        raise NotFound(str(point_id))
    consultation = workplace(actor, consultation_id)
    return consultation, db.session.get_one(OpinionPoint, point_id, populate_existing=True)


def rewritten(actor: Actor, point: OpinionPoint) -> None:
    """Note who wrote the point's words or answer last, and when."""
    point.version += 1
    point.changed_at, point.changed_by_id = clock.now(), actor.id


def changed(consultation: Consultation) -> None:
    # Before the close nobody sees it; after the sealing only a new version changes what is seen.
    if consultation.stage(clock.now()) is Stage.CLOSED:
        touch(consultation)


def place_of(consultation_id: int, key: str | None) -> Place:
    if not key:
        return Place()
    draft = current_draft(consultation_id)
    rows = public_clauses(draft.id) if draft else []
    for row in rows:
        if row.key == key:
            return Place(row.id, row.key, row.label or row.short_label, wording(rows)[row.id])
    raise Invalid(N_("草案里没有这一条。"), field="clause_key")


def checked(text: str, most: int, field: str, missing: str = "") -> str:
    """The text in its tidy form; raise Invalid where it is too long, or missing and needed."""
    tidy = plain(text)
    if not tidy and missing:
        raise Invalid(missing, field=field)
    if len(tidy) > most:
        raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": most}, field=field)
    return tidy
