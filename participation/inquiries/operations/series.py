"""The numbers of one consultation's questions, and how many are publicly answered.

Locks are taken in one order everywhere: consultation, series, then anything else.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from participation.consultations.models import Consultation
from participation.consultations.operations import touch_id
from participation.consultations.queries import lock_exclusive
from participation.inquiries.models import Inquiry, InquirySeries
from participation.inquiries.queries import by_number
from participation.kernel.db import db


def lock_series(consultation_id: int) -> int:
    """Wait for one's turn and return the last number given (0 at the start)."""
    dialect: Any = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    locked = (
        select(InquirySeries.received)
        .where(InquirySeries.consultation_id == consultation_id)
        .with_for_update()
    )
    last = db.session.scalar(locked)
    if last is None:
        first = dialect.insert(InquirySeries).values(
            consultation_id=consultation_id, received=0, published=0
        )
        db.session.execute(first.on_conflict_do_nothing())
        last = db.session.scalar(locked)
    assert last is not None
    return last


def take_number(consultation_id: int, number: int) -> None:
    """Give the next number away; the caller holds the series' lock."""
    _change(consultation_id, received=number)


def locked(slug: str | int, number: int) -> tuple[Consultation, Inquiry]:
    """A consultation, held exclusively, and one of its questions as it is now."""
    consultation = lock_exclusive(slug)
    lock_series(consultation.id)
    found = by_number(consultation.id, number)
    return consultation, db.session.get_one(Inquiry, found.id, populate_existing=True)


def show_change(inquiry: Inquiry, published: int = 0) -> None:
    """Count what is publicly answered and let every kept page of the matter be made anew."""
    if published:
        _change(inquiry.consultation_id, published=InquirySeries.published + published)
    touch_id(inquiry.consultation_id)


def _change(consultation_id: int, **values: Any) -> None:
    db.session.execute(
        update(InquirySeries)
        .where(InquirySeries.consultation_id == consultation_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
