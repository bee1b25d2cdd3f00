"""What people have searched for in vain, for the departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from participation.kernel.db import db
from participation.kernel.paging import PAGE
from participation.search.models import SearchMiss, SearchMissAsker, SearchMissDay
from participation.search.rules import LEAST_ASKERS


class MissedWords(NamedTuple):
    """Words that at least `LEAST_ASKERS` different people have searched for in vain."""

    words: str
    askers: int
    times: int
    first_on: date
    last_on: date


def missed_words(since: date) -> Sequence[MissedWords]:
    """The words most people have missed from a day on, at most a page; one statement."""
    askers = (
        select(SearchMissAsker.miss_id, func.count().label("askers"))
        .group_by(SearchMissAsker.miss_id)
        .having(func.count() >= LEAST_ASKERS)
        .subquery()
    )
    times = func.sum(SearchMissDay.count)
    rows = db.session.execute(
        select(
            SearchMiss.words,
            askers.c.askers,
            times,
            func.min(SearchMissDay.day),
            func.max(SearchMissDay.day),
        )
        .join(askers, askers.c.miss_id == SearchMiss.id)
        .join(SearchMissDay, SearchMissDay.miss_id == SearchMiss.id)
        .where(SearchMissDay.day >= since)
        .group_by(SearchMiss.id, SearchMiss.words, askers.c.askers)
        .order_by(askers.c.askers.desc(), times.desc(), SearchMiss.id)
        .limit(PAGE)
    )
    return [MissedWords(*row) for row in rows]


def misses_by_day(since: date) -> Sequence[tuple[date, int]]:
    """How many searches found nothing, by day, the latest first; whatever the words were."""
    rows = db.session.execute(
        select(SearchMissDay.day, func.sum(SearchMissDay.count))
        .where(SearchMissDay.day >= since)
        .group_by(SearchMissDay.day)
        .order_by(SearchMissDay.day.desc())
    )
    return [(day, int(times)) for day, times in rows]
