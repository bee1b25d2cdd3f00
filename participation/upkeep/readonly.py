"""Switching read-only mode on and off, and refusing in time what would be refused in the end."""

from __future__ import annotations

import time
from datetime import datetime

from flask import request
from sqlalchemy import delete, func, select, text

from participation.kernel import clock, readonly
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.readonly import LONGEST_REASON, Cause, ReadOnlyMode, ReadOnlySwitch
from participation.kernel.verdict import N_
from participation.upkeep.events import ReadOnlyBegan, ReadOnlyEnded

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What may be done nevertheless: choices kept in the reader's own browser, and coming in and out
# (of which the database lets administrators only come in).
ALLOWED = frozenset(
    {"web.set_language", "web.set_reading", "accounts.sign_in", "accounts.sign_out"}
)
WRITERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND xact_start <= :at"
)


def mode_of(reason: str, until_at: datetime | None) -> ReadOnlyMode:
    """The mode that a person is about to switch on; raises Invalid where it would be over."""
    now = clock.now()
    if until_at is not None and until_at <= now:
        raise Invalid(N_("结束时间已经过去。"), field="until")
    if len(reason) > LONGEST_REASON:
        raise Invalid(N_("原因最多 %(most)s 字。"), {"most": LONGEST_REASON}, field="reason")
    return ReadOnlyMode(Cause.PERSON, now, until_at, reason)


def begin(mode: ReadOnlyMode, actor: Actor = SYSTEM) -> None:
    """Write the row that switches it on for all hosts."""
    db.session.execute(delete(ReadOnlySwitch))
    db.session.add(
        ReadOnlySwitch(id=1, since_at=mode.since_at, until_at=mode.until_at, reason=mode.reason)
    )
    db.session.flush()
    until = mode.until_at.isoformat() if mode.until_at else "—"
    record(ReadOnlyBegan(actor=actor, reason=mode.reason or "—", until=until))


def end(actor: Actor = SYSTEM) -> bool:
    """Take the row away; whether there was one."""
    found = db.session.scalar(select(func.count()).select_from(ReadOnlySwitch)) or 0
    if found:
        db.session.execute(delete(ReadOnlySwitch))
        record(ReadOnlyEnded(actor=actor))
    db.session.flush()
    return bool(found)


def writers_left(patience: float) -> int:
    """Wait for the transactions that began before; how many still run when patience ends.

    On SQLite none can: the switch itself had to wait for them.
    """
    if db.engine.dialect.name != "postgresql":
        return 0
    at = db.session.scalar(select(func.clock_timestamp()))
    db.session.rollback()
    until = time.monotonic() + patience
    while True:
        left = db.session.scalar(WRITERS, {"at": at}) or 0
        db.session.rollback()
        if not left or time.monotonic() > until:
            return int(left)
        time.sleep(0.2)


def refuse_writes() -> None:
    """Before a request: raise ReadOnly where it would write, while the mode is on.

    What is not known here yet, `transaction()` refuses.
    """
    if request.method in SAFE or request.endpoint is None or request.endpoint in ALLOWED:
        return
    mode = readonly.known()
    if mode is None:
        return
    if mode.cause is Cause.PERSON and not readonly.flag().exists():
        # Known from the database's row only, which may have been taken away since.
        mode = readonly.ask(db.session())
        db.session.rollback()
    if mode is not None:
        raise readonly.ReadOnly(mode)
