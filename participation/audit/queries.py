"""Reading the audit: the history of a consultation, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, tuple_

from participation.audit.models import AuditEntry
from participation.kernel.actor import STAFF
from participation.kernel.db import Instant, db
from participation.kernel.events import DomainEvent
from participation.kernel.paging import PAGE, Cursor, Page, page_of


@dataclass(frozen=True)
class Line:
    """One entry as it is shown: the event's sentence with its values."""

    id: int
    at: datetime
    actor_name: str
    actor_role: str
    event: str
    sentence: str
    params: dict[str, Any]


def _sentences() -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [DomainEvent]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        found[kind.__name__] = kind.sentence
    return found


def history(
    consultation_id: int | None, after: Cursor | None = None, *, by_staff: bool = False
) -> Page[Line]:
    """Entries of one consultation (None: of accounts and the platform), newest first.

    `by_staff` leaves out what the public and the platform itself did.
    """
    wanted = (
        AuditEntry.consultation_id == consultation_id
        if consultation_id is not None
        else AuditEntry.consultation_id.is_(None)
    )
    place = tuple_(AuditEntry.at, AuditEntry.id)
    query = select(AuditEntry).where(wanted).limit(PAGE + 1)
    query = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if by_staff:
        query = query.where(AuditEntry.actor_role.in_([role.value for role in STAFF]))
    if after is not None:
        query = query.where(place < tuple_(literal(after.at, Instant()), after.id))
    sentences = _sentences()
    lines = [
        Line(
            entry.id,
            entry.at,
            entry.actor_name,
            entry.actor_role,
            entry.event,
            sentences.get(entry.event, "") or entry.event,
            entry.payload,
        )
        for entry in db.session.scalars(query)
    ]
    return page_of(lines, lambda line: Cursor(line.at, line.id))
