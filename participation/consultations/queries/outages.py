"""Reading the times in which nobody could take part, and what they mean for single windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from participation.consultations.models import Consultation, Outage, OutageNote
from participation.consultations.place import working_calendar, zone
from participation.consultations.rules import Status
from participation.kernel.db import db
from participation.rulebook.outages import LAST_HOURS, Span, compensated_close, last_hours


def span_of(outage: Outage, now: datetime) -> Span:
    """An outage as a span; one that goes on has lasted until now."""
    return Span(outage.from_at, outage.until_at or max(now, outage.from_at))


def outages_within(span: Span) -> Sequence[Outage]:
    """The outages that meet a span, in order."""
    return db.session.scalars(
        select(Outage)
        .where(
            Outage.cancelled_at.is_(None),
            Outage.from_at < span.until_at,
            or_(Outage.until_at.is_(None), Outage.until_at > span.from_at),
        )
        .order_by(Outage.from_at, Outage.id)
    ).all()


def ongoing_outage() -> Outage | None:
    """The outage that was found and goes on."""
    return db.session.scalars(
        select(Outage).where(Outage.until_at.is_(None)).order_by(Outage.id)
    ).first()


def planned_after(now: datetime) -> Sequence[Outage]:
    """Announced downtime that is not over, the next one first."""
    return db.session.scalars(
        select(Outage)
        .where(Outage.is_planned, Outage.cancelled_at.is_(None), Outage.until_at > now)
        .order_by(Outage.from_at, Outage.id)
    ).all()


def published_closing_near(span: Span) -> Sequence[Consultation]:
    """Published consultations of whose last day before the close a span takes something."""
    return db.session.scalars(
        select(Consultation)
        .where(
            Consultation.status == Status.PUBLISHED,
            Consultation.closes_at > span.from_at,
            Consultation.closes_at < span.until_at + LAST_HOURS,
            Consultation.opens_at < span.until_at,
        )
        .order_by(Consultation.id)
    ).all()


def notes_of(consultation_id: int) -> Sequence[OutageNote]:
    """What was noted of outages near a consultation's close, in order."""
    return db.session.scalars(
        select(OutageNote)
        .where(OutageNote.consultation_id == consultation_id)
        .options(joinedload(OutageNote.outage))
        .order_by(OutageNote.id)
    ).all()


def unanswered(ids: Sequence[int]) -> set[int]:
    """Which of these consultations owe an answer to an outage; one statement."""
    if not ids:
        return set()
    return set(
        db.session.scalars(
            select(OutageNote.consultation_id).where(
                OutageNote.consultation_id.in_(ids), OutageNote.answered_at.is_(None)
            )
        )
    )


def proposed_close(consultation: Consultation, notes: Sequence[OutageNote]) -> datetime:
    """The close that gives back what the unanswered outages took."""
    assert consultation.closes_at is not None
    window = last_hours(consultation.closes_at)
    spans = [_lost(each.outage, window) for each in notes if each.answered_at is None]
    return compensated_close(
        consultation.closes_at, spans, zone=zone(), calendar=working_calendar()
    )


def _lost(outage: Outage, window: Span) -> Span:
    """What an outage took: from the last day of the window on, and what lies behind the close."""
    assert outage.until_at is not None
    return Span(max(outage.from_at, window.from_at), outage.until_at)
