"""What was not shown and why: counts by reason, and the public log without a word of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, select

from participation.comments.models import Comment, CommentSeries
from participation.consultations.models import Consultation
from participation.consultations.rules import Status
from participation.kernel.db import db
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.rulebook.moderation import WithholdingReason


class WithheldRow(NamedTuple):
    """One opinion that is not shown: its number, why, and since when; never its words."""

    id: int
    number: int
    reason: WithholdingReason
    at: datetime


class WithheldOf(NamedTuple):
    """A consultation with how many opinions came and how many of them are not shown."""

    id: int
    slug: str
    title: str
    published_at: datetime
    received: int
    withheld: int


def _is_withheld() -> ColumnElement[bool]:
    # A literal, as SQLite uses a partial index only for what it can read in the statement.
    return Comment.visibility == literal_column("'withheld'")


def withheld_by_reason(consultation_id: int | None = None) -> dict[WithholdingReason, int]:
    """How many opinions are not shown, by reason: of one consultation, or of all public ones."""
    counted = (
        select(Comment.reason_code, func.count())
        .where(_is_withheld(), Comment.withdrawn_at.is_(None))
        .group_by(Comment.reason_code)
    )
    if consultation_id is None:
        counted = counted.join(Consultation, Consultation.id == Comment.consultation_id).where(
            Consultation.status == Status.PUBLISHED
        )
    else:
        counted = counted.where(Comment.consultation_id == consultation_id)
    found = {row[0]: row[1] for row in db.session.execute(counted)}
    return {reason: found.get(reason, 0) for reason in WithholdingReason}


def withheld_log(consultation_id: int, after: Cursor | None = None) -> Page[WithheldRow]:
    """Which opinions of a consultation are not shown, the latest decision first."""
    query = (
        select(Comment.id, Comment.number, Comment.reason_code, Comment.moderated_at)
        .where(
            _is_withheld(),
            Comment.consultation_id == consultation_id,
            Comment.withdrawn_at.is_(None),
        )
        .order_by(Comment.moderated_at.desc(), Comment.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(
            (Comment.moderated_at < after.at)
            | ((Comment.moderated_at == after.at) & (Comment.id < after.id))
        )
    # A withheld opinion has both: the table sees to the reason, the operation to the instant.
    rows = [WithheldRow(*row) for row in db.session.execute(query)]  # type: ignore[arg-type]
    return page_of(rows, lambda row: Cursor(row.at, row.id))


def withheld_of_all(after: Cursor | None = None) -> Page[WithheldOf]:
    """Public consultations, the latest first, with how many opinions of each are not shown."""
    count = (
        select(func.count())
        .where(
            _is_withheld(),
            Comment.consultation_id == Consultation.id,
            Comment.withdrawn_at.is_(None),
        )
        .correlate(Consultation)
        .scalar_subquery()
    )
    query = (
        select(
            Consultation.id,
            Consultation.slug,
            Consultation.title,
            Consultation.published_at,
            func.coalesce(CommentSeries.received, 0),
            count,
        )
        .outerjoin(CommentSeries, CommentSeries.consultation_id == Consultation.id)
        .where(Consultation.status == Status.PUBLISHED)
        .order_by(Consultation.published_at.desc(), Consultation.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(
            (Consultation.published_at < after.at)
            | ((Consultation.published_at == after.at) & (Consultation.id < after.id))
        )
    rows = [WithheldOf(*row) for row in db.session.execute(query)]
    return page_of(rows, lambda row: Cursor(row.published_at, row.id))
