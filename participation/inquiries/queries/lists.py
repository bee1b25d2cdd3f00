"""Finding one question, and the lists of whoever asked or has to answer them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import joinedload

from participation.comments.receipts import read_receipt
from participation.consultations.models import Clause, Consultation
from participation.inquiries.models import Inquiry, Referral
from participation.inquiries.queries.public import EXCERPT
from participation.inquiries.rules import State
from participation.kernel.actor import Actor, Role
from participation.kernel.db import Instant, db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.recognising import Nature
from participation.rulebook.statutes import rule


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
    count, late = db.session.execute(statement).one()
    return count, late


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


def mails_until(now: datetime) -> datetime:
    """Questions that were settled up to this instant have no address any more (rule R4)."""
    return now - timedelta(days=rule("R4").numbers["days"])


def mails_due(now: datetime) -> Any:
    """The condition that an address has been kept long enough."""
    limit = mails_until(now)
    referred = select(Referral.inquiry_id).where(Referral.referred_at <= limit)
    return Inquiry.mail_sealed.is_not(None) & (
        ((Inquiry.state == State.ANSWERED) & (Inquiry.answered_at <= limit))
        | ((Inquiry.state == State.REFERRED) & Inquiry.id.in_(referred))
    )
