"""Noting what was searched for in vain: how often, and by how many, never by whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from participation.comments.masking import mask
from participation.consultations.place import zone
from participation.kernel.db import db
from participation.kernel.text import plain
from participation.kernel.vault import blind_index
from participation.rulebook.days import local
from participation.search.models import SearchMiss, SearchMissAsker, SearchMissDay
from participation.search.queries import Asked, find
from participation.search.rules import LONGEST_QUERY, MISSES_KEPT
from participation.search.segmenting import fold, read_query


def note_miss(query: str, asker: str, now: datetime) -> bool:
    """Note words that find nothing; whether they were noted.

    Words that do find something, or say nothing, are not noted. Personal data in them is masked.
    `asker` tells people apart (a network's address); only its keyed digest with the words is kept.
    """
    words = mask(" ".join(fold(plain(query[:LONGEST_QUERY])).split())).text[:LONGEST_QUERY]
    if not read_query(words) or find(Asked(query), now).count:
        return False
    today = local(now, zone()).date()
    _insert(SearchMiss, {"words": words, "last_on": today}, ["words"], {"last_on": today})
    miss_id = db.session.scalars(select(SearchMiss.id).where(SearchMiss.words == words)).one()
    digest = blind_index(f"{miss_id}\0{asker}", "search.asker")
    _insert(SearchMissAsker, {"miss_id": miss_id, "digest": digest}, ["miss_id", "digest"], {})
    _insert(
        SearchMissDay,
        {"miss_id": miss_id, "day": today, "count": 1},
        ["miss_id", "day"],
        {"count": SearchMissDay.count + 1},
    )
    return True


def forget_misses(now: datetime, most: int) -> int:
    """Forget words that nobody has searched for lately; returns how many, at most `most`."""
    before = forgotten_before(now)
    due = select(SearchMiss.id).where(SearchMiss.last_on < before).limit(most)
    gone: Any = db.session.execute(
        delete(SearchMiss)
        .where(SearchMiss.id.in_(due))
        .execution_options(synchronize_session=False)
    )
    count: int = gone.rowcount
    return count


def forgotten_before(now: datetime) -> date:
    """The day before which what was missed is forgotten."""
    return local(now - MISSES_KEPT, zone()).date()


def _insert(table: Any, values: dict[str, Any], key: list[str], change: dict[str, Any]) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=key, set_=change)
        if change
        else statement.on_conflict_do_nothing(index_elements=key)
    )
