"""What happened lately over all consultations, for feeds: notices, meetings, changes, results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from participation.adoption.models import AdoptionSummary
from participation.consultations.models import Consultation, WindowExtension
from participation.consultations.queries.choosing import Choice
from participation.consultations.rules import Status
from participation.kernel.db import db
from participation.meetings.models import Meeting

EACH = 40


@dataclass(frozen=True)
class Course:
    """The newest of each kind, each with its consultation; a result is its version and instant."""

    notices: Sequence[Consultation]
    results: Sequence[tuple[Consultation, tuple[int, datetime]]]
    extensions: Sequence[tuple[Consultation, WindowExtension]]
    meetings: Sequence[tuple[Consultation, Meeting]]


def course_of(choice: Choice) -> Course:
    """The newest notices, results, extensions and meetings of what was chosen; four statements."""
    wanted = (Consultation.status == Status.PUBLISHED, *choice.conditions)
    light = (
        joinedload(Consultation.department),
        *(defer(each) for each in (Consultation.explanation, Consultation.legal_basis)),
    )

    def joined(table: Any, newest: Any, *columns: Any) -> Any:
        statement = select(Consultation, *columns).options(*light).where(*wanted)
        statement = statement.join(table, table.consultation_id == Consultation.id)
        return db.session.execute(statement.order_by(newest.desc()).limit(EACH))

    notices = db.session.scalars(
        select(Consultation)
        .options(*light)
        .where(*wanted)
        .order_by(Consultation.published_at.desc(), Consultation.id.desc())
        .limit(EACH)
    ).all()
    sealed = joined(
        AdoptionSummary,
        AdoptionSummary.published_at,
        AdoptionSummary.version,
        AdoptionSummary.published_at,
    )
    return Course(
        notices,
        [(found, (version, at)) for found, version, at in sealed],
        list(joined(WindowExtension, WindowExtension.extended_at, WindowExtension)),
        list(joined(Meeting, Meeting.announced_at, Meeting)),
    )
