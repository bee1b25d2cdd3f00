"""The numbers and counters of one consultation's opinions, kept in the transaction of each change.

Locks are taken in one order everywhere: consultation, series, tallies, then anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from participation.comments.models import ClauseTally, CommentSeries, CommentTally
from participation.comments.rules import Dimension
from participation.kernel.db import Base, db

Changes = Mapping[tuple[Dimension, str], int]

# The tables themselves: counters need no objects, and their statements are compiled once.
SERIES, TALLY, CLAUSE_TALLY = (
    Base.metadata.tables[each.__tablename__] for each in (CommentSeries, CommentTally, ClauseTally)
)

# Composed once: every submission runs them, and composing costs more than running.
LOCKED = (
    select(SERIES.c.received).where(SERIES.c.consultation_id == bindparam("of")).with_for_update()
)
TAKEN = (
    update(SERIES)
    .where(SERIES.c.consultation_id == bindparam("of"))
    .values(received=bindparam("number"))
)


def lock_series(consultation_id: int) -> int:
    """Wait for one's turn in the series and return the last number given (0 at the start).

    Whoever was before has committed when this returns, so a key sent twice is seen here.
    """
    wanted = {"of": consultation_id}
    last = db.session.scalar(LOCKED, wanted)
    if last is None:
        first = {"consultation_id": consultation_id, "received": 0, "released": 0}
        db.session.execute(_insert(SERIES).on_conflict_do_nothing(), first)
        last = db.session.scalar(LOCKED, wanted)
    assert last is not None
    return last


def take_number(consultation_id: int, number: int) -> None:
    """Give the next number away; the caller holds the series' lock."""
    db.session.execute(TAKEN, {"of": consultation_id, "number": number})


def add_to_tallies(consultation_id: int, changes: Changes) -> None:
    """Add to (or take from) counters, always in the same order of rows."""
    rows = [
        {
            "consultation_id": consultation_id,
            "dimension": dimension,
            "value": value,
            "count": change,
        }
        for (dimension, value), change in sorted(changes.items())
        if change
    ]
    if not rows:
        return
    db.session.execute(_added_to_tally(db.engine.dialect.name), rows)


@cache
def _added_to_tally(_dialect: str) -> Any:
    added = _insert(TALLY)
    return added.on_conflict_do_update(
        index_elements=["consultation_id", "dimension", "value"],
        set_={"count": TALLY.c.count + added.excluded.count},
    )


def add_to_released(consultation_id: int, clauses: Mapping[int | None, int]) -> None:
    """Add to (or take from) what is publicly shown; `clauses` counts by clause, None is the whole.

    The caller holds the consultation exclusively.
    """
    change = sum(clauses.values())
    db.session.execute(
        update(SERIES)
        .where(SERIES.c.consultation_id == consultation_id)
        .values(released=SERIES.c.released + change)
    )
    rows = [
        {"clause_id": clause_id, "released": count}
        for clause_id, count in sorted(
            (clause_id, count) for clause_id, count in clauses.items() if clause_id is not None
        )
        if count
    ]
    if not rows:
        return
    added = _insert(CLAUSE_TALLY)
    added = added.on_conflict_do_update(
        index_elements=["clause_id"],
        set_={"released": CLAUSE_TALLY.c.released + added.excluded.released},
    )
    db.session.execute(added, rows)


def _insert(table: Any) -> Any:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
