"""Choosing among public consultations: by field, by whom they touch, by department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from participation.accounts.models import Department
from participation.consultations.kinds import TagKind
from participation.consultations.models import Consultation, ConsultationTag
from participation.consultations.queries.procedure import stage_clause
from participation.consultations.rules import PUBLIC_STAGES, Stage, Status
from participation.kernel.db import db
from participation.rulebook.subjects import Audience, Topic

MOST_DEPARTMENTS = 500


@dataclass(frozen=True)
class Choice:
    """What a reader chose; what is empty chooses nothing. A department takes in all below it."""

    topic: Topic | None = None
    audience: Audience | None = None
    department_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.topic or self.audience or self.department_id)

    @property
    def args(self) -> dict[str, Any]:
        """The choice as arguments of an address."""
        given = {
            "topic": self.topic.value if self.topic else "",
            "audience": self.audience.value if self.audience else "",
            "department": str(self.department_id or ""),
        }
        return {name: value for name, value in given.items() if value}

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The choice as conditions on consultations."""
        found = [
            _tagged(kind, value)
            for kind, value in ((TagKind.TOPIC, self.topic), (TagKind.AUDIENCE, self.audience))
            if value
        ]
        if self.department_id is not None:
            found.append(_of_department(self.department_id))
        return found


NO_CHOICE = Choice()


def _tagged(kind: TagKind, value: str) -> ColumnElement[bool]:
    tagged = select(ConsultationTag.consultation_id).where(
        ConsultationTag.kind == kind, ConsultationTag.value == value
    )
    return Consultation.id.in_(tagged)


def _of_department(department_id: int) -> ColumnElement[bool]:
    below = select(Department.id).where(Department.id == department_id).cte(recursive=True)
    below = below.union(select(Department.id).join(below, Department.parent_id == below.c.id))
    return Consultation.department_id.in_(select(below.c.id))


def stage_counts(now: datetime, choice: Choice = NO_CHOICE) -> dict[Stage, int]:
    """How many public consultations are in each stage; one statement."""
    counted = [
        func.count(case((stage_clause(stage, now), Consultation.id))).label(stage.value)
        for stage in PUBLIC_STAGES
    ]
    row = db.session.execute(
        select(*counted).where(Consultation.status == Status.PUBLISHED, *choice.conditions)
    ).one()
    return dict(zip(PUBLIC_STAGES, row, strict=True))


def public_departments() -> Sequence[tuple[int, str]]:
    """Departments (id, name) that have put something to the public; by name, one statement."""
    theirs = select(Consultation.department_id).where(Consultation.status == Status.PUBLISHED)
    rows = db.session.execute(
        select(Department.id, Department.name)
        .where(Department.id.in_(theirs))
        .order_by(Department.name, Department.id)
        .limit(MOST_DEPARTMENTS)
    )
    return [(row.id, row.name) for row in rows]
