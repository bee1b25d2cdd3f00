"""Finding and listing opinions: by receipt or number, as the staff's queue, one's own."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, select, tuple_

from participation.comments.models import Attachment, Comment
from participation.comments.queries.hidden import words_of
from participation.comments.receipts import read_receipt
from participation.comments.rules import (
    Channel,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Standing,
    Visibility,
)
from participation.consultations.models import Clause, Consultation, ConsultationDocument
from participation.kernel.db import Instant, db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of
from participation.rulebook.moderation import WithholdingReason

EXCERPT = 300


class QueueRow(NamedTuple):
    """One opinion in the staff's queue: the first `EXCERPT` characters of the words received."""

    id: int
    number: int
    clause_id: int | None
    clause_label: str | None
    document_title: str | None
    stance: Stance
    body: str
    body_length: int
    quoted_text: str
    quoted_at: int | None
    proposal_kind: ProposalKind | None
    proposed_text: str
    respondent_kind: RespondentKind
    channel: Channel
    standing: Standing
    files: int
    visibility: Visibility
    reason_code: WithholdingReason | None
    outcome: Outcome
    duplicate_of_id: int | None
    received_at: datetime
    said_on: date | None
    words_digest: str


EXCERPTS = (
    Comment.id,
    Comment.number,
    Comment.clause_id,
    Clause.label,
    ConsultationDocument.title,
    Comment.stance,
    func.substr(words_of(Comment.body), 1, EXCERPT),
    func.length(words_of(Comment.body)),
    words_of(Comment.quoted_text),
    Comment.quoted_at,
    Comment.proposal_kind,
    func.substr(words_of(Comment.proposed_text), 1, EXCERPT),
    Comment.respondent_kind,
    Comment.channel,
)
"""What every list of the staff begins with; clause and document are joined."""


class OwnRow(NamedTuple):
    """One opinion in the list of whoever sent it with an account."""

    id: int
    receipt: str
    received_at: datetime
    body: str
    visibility: Visibility
    outcome: Outcome
    clause_label: str | None
    consultation_title: str


# Of the fifty rows of a page only, by the index.
_FILES = (
    select(func.count())
    .where(Attachment.comment_id == Comment.id)
    .correlate(Comment)
    .scalar_subquery()
)


def by_receipt(code: str) -> Comment:
    """The opinion of a receipt, however it was typed; raise NotFound where there is none."""
    receipt = read_receipt(code)
    found = (
        receipt
        and db.session.scalars(select(Comment).where(Comment.receipt == receipt)).one_or_none()
    )
    if not found:
        raise NotFound("receipt")
    return found


def by_submission_key(consultation_id: int, key: str) -> Comment | None:
    """The opinion that was already sent with this key, if any."""
    return db.session.scalars(
        select(Comment).where(
            Comment.consultation_id == consultation_id, Comment.submission_key == key
        )
    ).one_or_none()


def by_number(consultation_id: int, number: int) -> Comment:
    """The opinion of that number; raise NotFound where there is none."""
    found = db.session.scalars(
        select(Comment).where(Comment.consultation_id == consultation_id, Comment.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound(str(number))
    return found


def by_id(comment_id: int) -> Comment:
    """The opinion of that id; raise NotFound where there is none."""
    found = db.session.get(Comment, comment_id)
    if found is None:
        raise NotFound(str(comment_id))
    return found


def queue(
    consultation_id: int,
    visibility: Visibility | None = Visibility.WAITING,
    after: Cursor | None = None,
    *,
    outcome: Outcome | None = None,
    clause_id: int | None = None,
    channel: Channel | None = None,
) -> Page[QueueRow]:
    """A page of the staff's queue: what waits, the longest waiting first; else the latest first.

    Withdrawn ones are listed by `outcome` alone (`visibility=None`).
    """
    statement = (
        select(
            *EXCERPTS,
            Comment.standing,
            _FILES,
            Comment.visibility,
            Comment.reason_code,
            Comment.outcome,
            Comment.duplicate_of_id,
            Comment.received_at,
            Comment.said_on,
            Comment.words_digest,
        )
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(ConsultationDocument, ConsultationDocument.id == Comment.document_id)
        .where(Comment.consultation_id == consultation_id)
    )
    if visibility is not None:
        statement = statement.where(
            Comment.visibility == visibility, Comment.outcome != Outcome.WITHDRAWN
        )
    for column, value in (
        (Comment.outcome, outcome),
        (Comment.clause_id, clause_id),
        (Comment.channel, channel),
    ):
        if value is not None:
            statement = statement.where(column == value)
    latest_first = visibility is not Visibility.WAITING
    statement = _from(statement, Comment.received_at, after, latest_first=latest_first)
    rows = [QueueRow(*row) for row in db.session.execute(statement)]
    return page_of(rows, lambda row: Cursor(row.received_at, row.id))


def mine(account_id: int, after: Cursor | None = None) -> Page[OwnRow]:
    """A page of what was sent with an account, the latest first."""
    statement = (
        select(
            Comment.id,
            Comment.receipt,
            Comment.received_at,
            func.substr(words_of(Comment.body), 1, EXCERPT),
            Comment.visibility,
            Comment.outcome,
            Clause.label,
            Consultation.title,
        )
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(Comment.account_id == account_id)
    )
    statement = _from(statement, Comment.received_at, after, latest_first=True)
    rows = [OwnRow(*row) for row in db.session.execute(statement)]
    return page_of(rows, lambda row: Cursor(row.received_at, row.id))


def count_of(account_id: int) -> int:
    """How many opinions were sent with an account."""
    counted = select(func.count()).where(Comment.account_id == account_id)
    return db.session.scalar(counted) or 0


def _from(
    statement: Select[*tuple[Any, ...]],
    instant: Any,
    after: Cursor | None,
    *,
    latest_first: bool,
) -> Select[*tuple[Any, ...]]:
    """Order by (instant, id), go on after a cursor, fetch one row more than a page."""
    if after is not None:
        place = tuple_(instant, Comment.id)
        seen = tuple_(literal(after.at, Instant()), after.id)
        statement = statement.where(place < seen if latest_first else place > seen)
    order = (instant.desc(), Comment.id.desc()) if latest_first else (instant, Comment.id)
    return statement.order_by(*order).limit(PAGE + 1)
