"""What the public sees of questions: answered ones in lists and beside clauses, and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, select, tuple_

from participation.accounts.models import Department
from participation.consultations.models import Clause, Consultation
from participation.inquiries.models import Inquiry, InquirySeries
from participation.kernel.db import Instant, db
from participation.kernel.paging import PAGE, Cursor, Page, page_of

# A page of long answers is cut by its text as well, so that no response grows beyond bounds.
MOST_TEXT = 32_000
EXCERPT = 300
MOST_BESIDE = 3


class AnsweredRow(NamedTuple):
    """One public question with its answer, masked words, no receipt, no address."""

    id: int
    number: int
    slug: str
    title: str
    unit: str
    clause_id: int | None
    clause_key: str | None
    clause_label: str | None
    question: str
    answer: str
    received_at: datetime
    answered_at: datetime
    revised_at: datetime | None
    published_at: datetime


@dataclass(frozen=True)
class Counts:
    """How many questions were received, and how many are publicly answered."""

    received: int = 0
    published: int = 0


def answered_of(
    consultation_id: int, after: Cursor | None = None, clause_id: int | None = None
) -> Page[AnsweredRow]:
    """A page of a consultation's publicly answered questions, the latest first; one statement.

    At most 50 rows and about `MOST_TEXT` characters; `clause_id` narrows it to one clause.
    """
    statement = _answered()
    if clause_id is None:
        statement = statement.where(Inquiry.consultation_id == consultation_id)
    else:
        statement = statement.where(Inquiry.clause_id == clause_id)
    return _page(statement, after)


def answered_anywhere(stages: Any, after: Cursor | None = None) -> Page[AnsweredRow]:
    """A page of what was answered on any matter that is public: `stages` is the SQL clause."""
    return _page(_answered().where(stages), after)


def answered_beside(
    clause_ids: Sequence[int], most: int = MOST_BESIDE
) -> dict[int, list[AnsweredRow]]:
    """The latest public answers on each of these clauses, for the margin of the draft.

    At most `most` of a clause, question and answer cut to `EXCERPT` characters; one statement.
    """
    if not clause_ids:
        return {}
    place = func.row_number().over(
        partition_by=Inquiry.clause_id, order_by=(Inquiry.published_at.desc(), Inquiry.id.desc())
    )
    newest = (
        select(Inquiry.id, place.label("place"))
        .where(Inquiry.clause_id.in_(clause_ids), Inquiry.published_at.is_not(None))
        .subquery()
    )
    chosen = select(newest.c.id).where(newest.c.place <= most)
    rows = db.session.execute(
        _answered(cut=True)
        .where(Inquiry.id.in_(chosen))
        .order_by(Inquiry.published_at.desc(), Inquiry.id.desc())
    )
    found: dict[int, list[AnsweredRow]] = {}
    for row in map(AnsweredRow._make, rows):
        assert row.clause_id is not None
        found.setdefault(row.clause_id, []).append(row)
    return found


def _answered(*, cut: bool = False) -> Select[*tuple[Any, ...]]:
    question, answer = Inquiry.shown_body, Inquiry.answer
    return (
        select(
            Inquiry.id,
            Inquiry.number,
            Consultation.slug,
            Consultation.title,
            func.coalesce(func.nullif(Consultation.contact_unit, ""), Department.name),
            Inquiry.clause_id,
            Clause.key,
            Clause.label,
            func.substr(question, 1, EXCERPT) if cut else question,
            func.substr(answer, 1, EXCERPT) if cut else answer,
            Inquiry.received_at,
            Inquiry.answered_at,
            Inquiry.revised_at,
            Inquiry.published_at,
        )
        .join(Consultation, Consultation.id == Inquiry.consultation_id)
        .join(Department, Department.id == Consultation.department_id)
        .outerjoin(Clause, Clause.id == Inquiry.clause_id)
        .where(Inquiry.published_at.is_not(None))
    )


def _page(statement: Select[*tuple[Any, ...]], after: Cursor | None) -> Page[AnsweredRow]:
    if after is not None:
        seen = tuple_(literal(after.at, Instant()), after.id)
        statement = statement.where(tuple_(Inquiry.published_at, Inquiry.id) < seen)
    statement = statement.order_by(Inquiry.published_at.desc(), Inquiry.id.desc()).limit(PAGE + 1)
    rows = [AnsweredRow._make(row) for row in db.session.execute(statement)]
    return page_of(rows, lambda row: Cursor(row.published_at, row.id), _fitting(rows))


def _fitting(rows: Sequence[AnsweredRow]) -> int:
    """How many rows fit in the bound of a page's text; at least one."""
    length = 0
    for place, row in enumerate(rows[:PAGE]):
        length += len(row.question) + len(row.answer)
        if length > MOST_TEXT and place:
            return place
    return PAGE


def counts(consultation_id: int) -> Counts:
    """The figures of one consultation's questions; one statement."""
    row = db.session.execute(
        select(InquirySeries.received, InquirySeries.published).where(
            InquirySeries.consultation_id == consultation_id
        )
    ).one_or_none()
    return Counts(*row) if row else Counts()


def all_counts(stages: Any) -> Counts:
    """The figures of all public matters; `stages` is the SQL clause of the public ones."""
    row = db.session.execute(
        select(
            func.coalesce(func.sum(InquirySeries.received), 0),
            func.coalesce(func.sum(InquirySeries.published), 0),
        )
        .join(Consultation, Consultation.id == InquirySeries.consultation_id)
        .where(stages)
    ).one()
    return Counts(*row)
