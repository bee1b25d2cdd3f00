"""What is hidden: tombstones in the place of opinions, requests to erase, contacts revealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from participation.accounts.models import User
from participation.comments.models import Comment, ContactReveal, ErasureRequest
from participation.comments.rules import HIDDEN, MOST_REVEALS, Outcome, Visibility
from participation.consultations.models import Consultation
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.paging import PAGE
from participation.rulebook.removal import RemovalReason, RestrictionReason

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Tombstone(NamedTuple):
    """What stands in the place of an opinion that was removed or locked."""

    number: int
    reason: RemovalReason | RestrictionReason
    basis: str
    at: datetime


class OpenRequest(NamedTuple):
    """A request to erase that waits for an officer; `due_on` is the last day for the answer."""

    slug: str
    title: str
    number: int
    asked_at: datetime
    due_on: date


@dataclass(frozen=True)
class ManyReveals:
    """Somebody who was shown more than `MOST_REVEALS` contacts within an hour of the last day.

    `count` is the most in one hour, `last_at` the latest of the day.
    """

    actor_id: int
    name: str
    count: int
    last_at: datetime


def words_of(column: Any) -> Any:
    """A column of words as staff may read it: nothing where the words are locked."""
    return case((Comment.visibility == Visibility.RESTRICTED, ""), else_=column)


def tombstones(consultation_id: int, limit: int = PAGE) -> list[Tombstone]:
    """The latest opinions removed or locked by the department; withdrawals are a figure only."""
    at = func.coalesce(Comment.removed_at, Comment.restricted_at)
    rows = db.session.execute(
        select(
            Comment.number,
            Comment.removal_reason,
            Comment.restriction_reason,
            Comment.removal_basis,
            Comment.removed_at,
            Comment.restricted_at,
        )
        .where(
            Comment.consultation_id == consultation_id,
            Comment.visibility.in_(HIDDEN),
            Comment.outcome != Outcome.WITHDRAWN,
        )
        .order_by(at.desc(), Comment.id.desc())
        .limit(limit)
    )
    found = []
    for number, removed, restricted, basis, removed_at, restricted_at in rows:
        reason, hidden_at = removed or restricted, removed_at or restricted_at
        assert reason is not None
        assert hidden_at is not None
        found.append(Tombstone(number, reason, basis, hidden_at))
    return found


def erasure_request(comment_id: int) -> ErasureRequest | None:
    """The author's request to erase an opinion, answered or not."""
    return db.session.get(ErasureRequest, comment_id)


def open_requests(actor: Actor) -> Sequence[OpenRequest]:
    """Requests to erase that wait for an officer of these departments, the oldest first."""
    rows = db.session.execute(
        select(
            Consultation.slug,
            Consultation.title,
            Comment.number,
            ErasureRequest.asked_at,
            ErasureRequest.due_on,
        )
        .join(Comment, Comment.id == ErasureRequest.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(
            ErasureRequest.answered_at.is_(None),
            Consultation.department_id.in_(actor.departments),
        )
        .order_by(ErasureRequest.due_on, ErasureRequest.comment_id)
        .limit(PAGE)
    )
    return [OpenRequest(*row) for row in rows]


def many_reveals(now: datetime) -> list[ManyReveals]:
    """Who was shown unusually many contacts: more than 20 within any hour of the last day."""
    rows = db.session.execute(
        select(User.id, User.display_name, ContactReveal.at)
        .join(User, User.id == ContactReveal.actor_id)
        .where(ContactReveal.at > now - DAY)
        .order_by(User.id, ContactReveal.at)
    )
    found = []
    for (actor_id, name), each in groupby(rows, key=lambda row: (row.id, row.display_name)):
        instants = [row.at for row in each]
        most = _most_within(instants, HOUR)
        if most > MOST_REVEALS:
            found.append(ManyReveals(actor_id, name, most, instants[-1]))
    return found


def _most_within(instants: Sequence[datetime], span: timedelta) -> int:
    """The greatest number of instants (in order) that lie within one span."""
    most = first = 0
    for place, at in enumerate(instants):
        while at - instants[first] >= span:
            first += 1
        most = max(most, place - first + 1)
    return most
