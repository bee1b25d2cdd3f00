"""Building the index of what was public before there was one, and forgetting what was missed.

Each piece is a transaction of its own: nobody who writes waits long, and what is stopped goes on.
"""

from __future__ import annotations

import logging
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.consultations.rules import Status
from participation.kernel import clock, jobs
from participation.kernel.db import db, lift_statement_limits, transaction
from participation.search import operations
from participation.search.models import SearchEntry
from participation.search.rules import Kind

log = logging.getLogger(__name__)

REBUILD = "search.rebuild"
FORGET = "search.forget_misses"
LOOK_SECONDS = 600.0


@jobs.every(LOOK_SECONDS)
def look_after_index() -> None:
    """Have entered what is public and not in the index, as after an upgrade; once."""
    missing = _unentered()
    today = clock.now().date().isoformat()
    db.session.rollback()
    with transaction():
        jobs.enqueue(FORGET, {}, unique_key=f"{FORGET}:{today}")
        if missing:
            key = f"{REBUILD}:{missing[0]}:{missing[-1]}:{len(missing)}:{today}"
            jobs.enqueue(REBUILD, {"consultations": missing}, unique_key=key)


@jobs.handler(REBUILD, outside=True)
def enter_missing(payload: Mapping[str, Any]) -> None:
    """Enter these consultations with all that belongs to them; a second time changes nothing."""
    entered = _enter_all(payload["consultations"], lambda _count: None)
    log.info("entered %s texts in the search index", entered)


@jobs.handler(FORGET)
def forget_misses(_payload: Mapping[str, Any]) -> None:
    """Forget the words that nobody has searched for in three months."""
    while operations.forget_misses(clock.now(), operations.PIECE):
        pass


def rebuild(say: Callable[[int], None] = lambda _count: None) -> int:
    """Enter everything anew, the oldest first, then drop what is not public; returns how many.

    Searches go on meanwhile: what is entered anew takes the place of what was there.
    """
    before = operations.last_id()
    ids = _published()
    db.session.rollback()
    entered = _enter_all(ids, say)
    while True:
        with transaction():
            if not operations.drop_older(before):
                return entered


def _published(*conditions: ColumnElement[bool]) -> list[int]:
    """The public consultations, the one that was published first before the others."""
    return list(
        db.session.scalars(
            select(Consultation.id)
            .where(Consultation.status == Status.PUBLISHED, *conditions)
            .order_by(Consultation.published_at, Consultation.id)
        )
    )


def _unentered() -> list[int]:
    entered = exists().where(
        SearchEntry.consultation_id == Consultation.id,
        SearchEntry.kind == Kind.CONSULTATION,
    )
    return _published(~entered)


def _enter_all(ids: Sequence[int], say: Callable[[int], None]) -> int:
    """Enter consultations in this order and their opinions in the order of their release.

    The latest entered is the newest hit: an opinion comes before the next consultation.
    """
    entered, place = 0, 0
    starts = _starts(ids)
    of, numbers, times = _opinions(ids)
    for index, consultation_id in enumerate(ids):
        with transaction():
            entered += operations.enter_official(consultation_id)
        until = starts[index + 1] if index + 1 < len(ids) else float("inf")
        while place < len(numbers) and times[place] < until:
            end = place
            while end < len(numbers) and end - place < operations.PIECE and times[end] < until:
                end += 1
            with transaction():
                pairs = list(zip(of[place:end], numbers[place:end], strict=True))
                entered += operations.enter_opinions_of(pairs)
            place = end
            say(entered)
        say(entered)
    return entered


def _starts(ids: Sequence[int]) -> list[float]:
    """When these consultations became public, as seconds since 1970."""
    found = dict(
        db.session.execute(
            select(Consultation.id, Consultation.published_at).where(Consultation.id.in_(ids))
        ).all()
    )
    db.session.rollback()
    return [at.timestamp() if (at := found[each]) else 0.0 for each in ids]


def _opinions(ids: Sequence[int]) -> tuple[array[int], array[int], array[float]]:
    """Consultation, id and release of all their public opinions: 24 bytes for each."""
    of, numbers, times = array("q"), array("q"), array("d")
    lift_statement_limits(db.session.connection())
    rows = db.session.execute(
        select(Comment.consultation_id, Comment.id, Comment.published_at)
        .where(Comment.consultation_id.in_(ids), Comment.published_at.is_not(None))
        .order_by(Comment.published_at, Comment.id)
        .execution_options(yield_per=10_000)
    )
    for consultation_id, number, at in rows:
        of.append(consultation_id)
        numbers.append(number)
        times.append(at.timestamp() if at else 0.0)
    db.session.rollback()
    return of, numbers, times
