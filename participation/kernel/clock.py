"""The one clock: nothing else in the platform asks what time it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_held: ContextVar[datetime | None] = ContextVar("held", default=None)
_shift_lock = threading.Lock()
_shift = timedelta(0)


def now() -> datetime:
    """The present instant, aware UTC: the held one inside `fixed()`, else the machine's."""
    return _held.get() or machine()


def machine() -> datetime:
    """This machine's clock, running, whatever a context holds: SQLite's clock is this one."""
    return adjusted(datetime.now(UTC))


def is_held() -> bool:
    """Whether a caller holds the clock still."""
    return _held.get() is not None


def adjusted(instant: datetime) -> datetime:
    """An instant read from any physical clock (this machine's, the database's), rehearsed."""
    return instant + _shift


def hold(instant: datetime) -> None:
    """Move the clock that the present context already holds; `kernel.db` re-reads under a lock."""
    if _held.get() is None:
        raise RuntimeError("no clock is held here")
    _held.set(instant)


@contextmanager
def fixed(instant: datetime | None = None) -> Iterator[datetime]:
    """Hold the clock still at `instant` (default: now) for this context (request, job, test)."""
    at = instant or now()
    if at.tzinfo is None:
        raise ValueError("an instant is aware; give it a time zone")
    token = _held.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _held.reset(token)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Rehearse another time in the whole process, all threads: the clock runs on, moved by `by`.

    For rehearsals and the browser's journeys, where the server's threads must share the move.
    """
    global _shift
    with _shift_lock:
        before, _shift = _shift, _shift + by
    try:
        yield
    finally:
        with _shift_lock:
            _shift = before
