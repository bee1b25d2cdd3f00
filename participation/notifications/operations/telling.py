"""What happened is noted once, comes to each follower once, and goes out at their pace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from participation.comments.contacts import digest
from participation.consultations.place import zone
from participation.kernel import clock, jobs
from participation.kernel.db import db
from participation.kernel.jobs import Job
from participation.notifications import queries, rules
from participation.notifications.models import (
    Follower,
    FollowRequest,
    Happening,
    Notice,
    Subscription,
)
from participation.notifications.rules import News, Pace

SPREAD, NEWS_LETTER = "notifications.spread", "notifications.news"
BATCH = 500
PIECE = 100


def note(
    kind: News,
    consultation_id: int,
    about: str = "",
    *,
    detail: Mapping[str, Any] | None = None,
    spread_now: bool = True,
) -> int | None:
    """Note that something public happened, and begin to tell it; its id, None where it is known.

    `about` tells it from others of its kind in the same consultation. `spread_now=False` leaves
    the telling to the caller, who has others to tell first.
    """
    added = _insert(
        Happening,
        {
            "key": f"{kind.value}:{consultation_id}:{about}",
            "kind": kind,
            "consultation_id": consultation_id,
            "detail": dict(detail or {}),
            "at": clock.now(),
        },
        Happening.key,
    )
    if added is not None and spread_now:
        begin_spreading(added)
    return added


def begin_spreading(happening_id: int, after: int = 0) -> None:
    """Tell followers from an id on; a second beginning from the same place adds nothing."""
    jobs.enqueue(
        SPREAD,
        {"happening_id": happening_id, "after": after},
        unique_key=f"{SPREAD}:{happening_id}:{after}",
    )


def spread(happening_id: int, after: int) -> None:
    """Bring a happening to the next batch of followers; those told at once get their letter."""
    happening = db.session.get_one(Happening, happening_id)
    subjects = queries.subjects_of(happening.consultation)
    chosen = queries.followers_to_tell(happening, subjects, after, BATCH)
    followers = queries.followers_by_id([each.follower_id for each in chosen])
    for subscription in chosen:
        _bring(happening, followers[subscription.follower_id], subscription)
    if len(chosen) == BATCH:
        begin_spreading(happening_id, chosen[-1].follower_id)


def _bring(happening: Happening, follower: Follower, subscription: Subscription) -> None:
    key = _letter_key(happening, follower)
    if happening.kind is News.RESULT and _is_told_as_author(key):
        return
    is_now = follower.pace is Pace.EACH
    added = _insert(
        Notice,
        {
            "follower_id": follower.id,
            "subscription_id": subscription.id,
            "happening_id": happening.id,
            "told_at": clock.now() if is_now else None,
        },
        Notice.follower_id,
        Notice.happening_id,
    )
    if added is not None and is_now:
        payload = {"follower_id": follower.id, "notice_ids": [added], "more": 0}
        jobs.enqueue(NEWS_LETTER, payload, unique_key=key)


def _letter_key(happening: Happening, follower: Follower) -> str:
    """For a result the key that the authors' letters have, too: one person is told once."""
    if happening.kind is not News.RESULT:
        return f"{NEWS_LETTER}:{happening.id}:{follower.id}"
    address = queries.address_of(follower)
    return once_key(happening.consultation_id, happening.detail["version"], address)


def _is_told_as_author(key: str) -> bool:
    return db.session.scalar(select(Job.id).where(Job.unique_key == key)) is not None


def once_key(consultation_id: int, version: int, address: str) -> str:
    """The key that makes one letter per person and version of a result, author or follower."""
    return f"result:{consultation_id}:{version}:{digest(address)[:32]}"


def plan_digests(now: datetime) -> int:
    """Put what waits into the digests that are due, a piece at a time; how many were made.

    Two workers at once make one: the follower's row is locked and looked at again.
    """
    made = 0
    for pace in (Pace.DAILY, Pace.WEEKLY):
        at = rules.last_digest(pace, now, zone())
        for each in queries.due_for_digest(pace, at, PIECE):
            found = db.session.get(Follower, each.id, with_for_update=True, populate_existing=True)
            if found is None or found.pace is not pace or found.digested_at >= at:
                continue
            found.digested_at = at
            made += flush(found)
    return made


def flush(follower: Follower) -> int:
    """Put all that a follower has not been told into one letter; 1, or 0 where there is nothing."""
    waiting = queries.waiting_notices(follower.id)
    if not waiting:
        return 0
    for notice in waiting:
        notice.told_at = clock.now()
    shown = [notice.id for notice in waiting[: rules.MOST_NEWS]]
    jobs.enqueue(
        NEWS_LETTER,
        {"follower_id": follower.id, "notice_ids": shown, "more": len(waiting) - len(shown)},
        unique_key=f"{NEWS_LETTER}:digest:{follower.id}:{shown[0]}",
    )
    return 1


def forget_old(now: datetime) -> int:
    """Forget old requests, with their addresses, and news told long ago; how many rows went."""
    gone = 0
    for table, is_old in (
        (FollowRequest, FollowRequest.created_at < now - rules.REQUESTS_KEPT),
        (Notice, Notice.told_at < now - rules.NEWS_KEPT),
    ):
        due = select(table.id).where(is_old).order_by(table.id).limit(BATCH)
        done: Any = db.session.execute(
            delete(table).where(table.id.in_(due)).execution_options(synchronize_session=False)
        )
        gone += done.rowcount
    return gone


def _insert(table: Any, values: Mapping[str, Any], *unique: Any) -> int | None:
    """Insert a row unless its unique columns are there already; its id where it was inserted."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    added: int | None = db.session.scalar(
        insert(table)
        .values(**values)
        .on_conflict_do_nothing(index_elements=list(unique))
        .returning(table.id)
    )
    return added
