"""Which consultations a search engine is told of, in files of a bounded size."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from participation.consultations.models import Consultation
from participation.consultations.rules import Status
from participation.kernel.db import db

IN_A_FILE = 300
"""How many ids of consultations one file spans."""


def file_count() -> int:
    """How many files there are; at least one."""
    public = select(func.max(Consultation.id)).where(Consultation.status == Status.PUBLISHED)
    return (db.session.scalar(public) or 0) // IN_A_FILE + 1


def pages(number: int) -> list[tuple[str, bool, datetime]]:
    """The consultations of a file, by id: slug, whether closed, when they changed last."""
    rows = db.session.execute(
        select(
            Consultation.slug,
            Consultation.published_at,
            Consultation.closed_at,
            Consultation.sealed_at,
        )
        .where(
            Consultation.status == Status.PUBLISHED,
            Consultation.id.between((number - 1) * IN_A_FILE, number * IN_A_FILE - 1),
        )
        .order_by(Consultation.id)
    )
    return [
        (slug, closed_at is not None, max(each for each in instants if each is not None))
        for slug, *instants in rows
        for closed_at in instants[1:2]
    ]
