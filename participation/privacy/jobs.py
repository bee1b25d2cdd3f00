"""The nightly purge, the emptying of traces, and the loops that the commands share.

Each piece is a transaction of its own: what is stopped in the middle goes on where it was.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from typing import Any

from participation.consultations.place import zone
from participation.kernel import clock, erasures, jobs, sealing
from participation.kernel.db import database_now, db, forget_traces, transaction
from participation.kernel.erasures import Entry
from participation.privacy import operations, queries
from participation.privacy.subscribers import FORGET_TRACES
from participation.rulebook.days import local

log = logging.getLogger(__name__)

PURGE = "privacy.purge"
NIGHT = time(3, 20)
LOOK_SECONDS = 600.0


class TracesLeft(Exception):
    """A reader still needs the write-ahead log; the job is tried again."""


@jobs.every(LOOK_SECONDS)
def plan_purge() -> None:
    """See to it that there is a purge for the coming night; a second time adds nothing."""
    here = local(clock.now(), zone())
    night = here.replace(hour=NIGHT.hour, minute=NIGHT.minute, second=0, microsecond=0)
    if night <= here:
        night += timedelta(days=1)
    with transaction():
        jobs.enqueue(PURGE, {}, run_at=night, unique_key=f"{PURGE}:{night.date().isoformat()}")


@jobs.handler(PURGE, outside=True)
def purge_nightly(_payload: Mapping[str, Any]) -> None:
    """Forget what is due; twice does no more than once."""
    gone = purge()
    log.info("purged: %s", ", ".join(f"{kind} {count}" for kind, count in gone.items()))


@jobs.handler(FORGET_TRACES, outside=True)
def empty_traces(_payload: Mapping[str, Any]) -> None:
    """Empty the write-ahead log after an erasure."""
    if not forget_traces():
        raise TracesLeft


def due() -> dict[str, int]:
    """What a purge would forget now, by the database's clock; writes nothing."""
    now = clock.now() if clock.is_held() else database_now(db.session())
    found = queries.due_counts(now)
    db.session.rollback()
    return found


def purge() -> dict[str, int]:
    """Forget all that is due, complete the ledger's file, empty the traces; counts by kind."""
    total: Counter[str] = Counter()
    while True:
        with transaction():
            gone = operations.purge_piece(clock.now())
        total.update(gone)
        if not any(gone.values()):
            break
    erasures.complete_file()
    forget_traces()
    return {kind: total[kind] for kind in gone}


def rotate(most: int) -> dict[str, dict[str, int]]:
    """Move all sealed values to the present key, a piece at a time; what is left by column and key.

    Stopped at any moment, it goes on where it was: both keys open until none uses the old one.
    """
    moved = 0
    for column in sealing.sealed_columns():
        count = most
        while count == most:
            with transaction():
                count = operations.reseal_piece(column, most)
            moved += count
    if moved:
        with transaction():
            operations.note_rotation(moved)
        forget_traces()
    left = sealing.keys_in_use()
    db.session.rollback()
    return {column: dict(counted) for column, counted in left.items()}


def replay(entries: Iterable[Entry]) -> dict[str, int]:
    """Erase again what the ledger knows, on a restored database; how many were what.

    `erased` now, `already` gone, `missing` on this database. Doing it again erases nothing more.
    In read-only mode, too: a backup may have been made while it was on.
    """
    counted: Counter[str] = Counter()
    words = {True: "erased", False: "already", None: "missing"}
    for entry in sorted(set(entries), key=lambda each: each.at):
        with transaction(even_read_only=True):
            counted[words[operations.replay_entry(entry)]] += 1
    if counted["erased"]:
        with transaction(even_read_only=True):
            operations.note_replay(counted["erased"])
    forget_traces()
    return {word: counted[word] for word in words.values()}
