"""Reading questions: one by its receipt, what is publicly answered, the staff's queue, figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import joinedload

from participation.accounts.models import Department
from participation.comments.receipts import read_receipt
from participation.consultations.models import Clause, Consultation
from participation.inquiries.models import Inquiry, InquirySeries
from participation.inquiries.rules import State
from participation.kernel.actor import Actor, Role
from participation.kernel.db import Instant, db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.recognising import Nature

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


class QueueRow(NamedTuple):
    """One question in the staff's queue: the first `EXCERPT` characters of the words received."""

    id: int
    number: int
    slug: str
    title: str
    clause_label: str | None
    body: str
    recognised: Nature | None
    state: State
    difficulty: Difficulty | None
    received_at: datetime
    due_on: date
    due_at: datetime
    is_due_provisional: bool
    answered_at: datetime | None
    published_at: datetime | None


class OwnRow(NamedTuple):
    """One question in the list of whoever asked it with an account."""

    id: int
    receipt: str
    received_at: datetime
    body: str
    state: State
    consultation_title: str


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


def by_receipt(code: str) -> Inquiry:
    """The question of a receipt, however it was typed; raise NotFound where there is none."""
    receipt = read_receipt(code)
    found = (
        receipt
        and db.session.scalars(
            select(Inquiry)
            .where(Inquiry.receipt == receipt)
            .options(joinedload(Inquiry.consultation), joinedload(Inquiry.clause))
        ).one_or_none()
    )
    if not found:
        raise NotFound("receipt")
    return found


def by_submission_key(consultation_id: int, key: str) -> Inquiry | None:
    """The question that was already sent with this key, if any."""
    return db.session.scalars(
        select(Inquiry).where(
            Inquiry.consultation_id == consultation_id, Inquiry.submission_key == key
        )
    ).one_or_none()


def by_number(consultation_id: int, number: int) -> Inquiry:
    """The question of that number; raise NotFound where there is none."""
    found = db.session.scalars(
        select(Inquiry).where(Inquiry.consultation_id == consultation_id, Inquiry.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound(str(number))
    return found


def mine(account_id: int, after: Cursor | None = None) -> Page[OwnRow]:
    """A page of what was asked with an account, the latest first."""
    statement = (
        select(
            Inquiry.id,
            Inquiry.receipt,
            Inquiry.received_at,
            func.substr(Inquiry.body, 1, EXCERPT),
            Inquiry.state,
            Consultation.title,
        )
        .join(Consultation, Consultation.id == Inquiry.consultation_id)
        .where(Inquiry.account_id == account_id)
    )
    if after is not None:
        seen = tuple_(literal(after.at, Instant()), after.id)
        statement = statement.where(tuple_(Inquiry.received_at, Inquiry.id) < seen)
    statement = statement.order_by(Inquiry.received_at.desc(), Inquiry.id.desc()).limit(PAGE + 1)
    rows = [OwnRow._make(row) for row in db.session.execute(statement)]
    return page_of(rows, lambda row: Cursor(row.received_at, row.id))


def queue(
    actor: Actor,
    state: State = State.WAITING,
    after: Cursor | None = None,
    consultation_id: int | None = None,
) -> Page[QueueRow]:
    """A page of the questions to an actor's departments: what waits by its due date, else newest.

    `consultation_id` narrows it to one matter.
    """
    statement = (
        select(
            Inquiry.id,
            Inquiry.number,
            Consultation.slug,
            Consultation.title,
            Clause.label,
            func.substr(Inquiry.body, 1, EXCERPT),
            Inquiry.recognised,
            Inquiry.state,
            Inquiry.difficulty,
            Inquiry.received_at,
            Inquiry.due_on,
            Inquiry.due_at,
            Inquiry.is_due_provisional,
            Inquiry.answered_at,
            Inquiry.published_at,
        )
        .join(Consultation, Consultation.id == Inquiry.consultation_id)
        .outerjoin(Clause, Clause.id == Inquiry.clause_id)
        .where(Inquiry.state == state, _is_seen_by(actor))
    )
    if consultation_id is not None:
        statement = statement.where(Inquiry.consultation_id == consultation_id)
    place = tuple_(Inquiry.due_at, Inquiry.id)
    is_waiting = state is State.WAITING
    if after is not None:
        seen = tuple_(literal(after.at, Instant()), after.id)
        statement = statement.where(place > seen if is_waiting else place < seen)
    order = (
        (Inquiry.due_at, Inquiry.id) if is_waiting else (Inquiry.due_at.desc(), Inquiry.id.desc())
    )
    rows = [
        QueueRow._make(row)
        for row in db.session.execute(statement.order_by(*order).limit(PAGE + 1))
    ]
    return page_of(rows, lambda row: Cursor(row.due_at, row.id))


def waiting(actor: Actor, now: datetime, consultation_id: int | None = None) -> tuple[int, int]:
    """How many questions wait for an actor's departments, and how many of them are overdue."""
    overdue = func.count().filter(Inquiry.due_at <= now)
    statement = (
        select(func.count(), overdue)
        .select_from(Inquiry)
        .join(Consultation, Consultation.id == Inquiry.consultation_id)
        .where(Inquiry.state == State.WAITING, _is_seen_by(actor))
    )
    if consultation_id is not None:
        statement = statement.where(Inquiry.consultation_id == consultation_id)
    return db.session.execute(statement).one()._tuple()


def overdue_anywhere(now: datetime) -> int:
    """How many questions of the whole platform are past their due date."""
    return (
        db.session.scalar(
            select(func.count()).where(Inquiry.state == State.WAITING, Inquiry.due_at <= now)
        )
        or 0
    )


def _is_seen_by(actor: Actor) -> Any:
    if actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM):
        return Consultation.id.is_not(None)
    return Consultation.department_id.in_(actor.departments)
