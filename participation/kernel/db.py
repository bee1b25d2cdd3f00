"""The database: one base, the shared column types, and the one commit, `transaction()`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from markupsafe import Markup
from sqlalchemy import JSON, DateTime, Dialect, MetaData, Text, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from participation.kernel import clock, events
from participation.kernel.text import clean_html
from participation.kernel.turns import MOST_WAITING, TurnQueue

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite's WAL-reset corruption was mended in this version (sqlite.org/wal.html).
SQLITE_FLOOR = (3, 51, 3)
BUSY_MILLISECONDS = 15_000


class Base(DeclarativeBase):
    """The declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, on databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant is aware; give it a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Html(TypeDecorator[Markup]):
    """Rich text: cleaned on write, so that it may be shown as it comes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(clean_html(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Markup | None:
        return None if value is None else Markup(value)  # noqa: S704 # nosec B704 # cleaned when written


Document = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document column (`dict` or `list` of plain values)."""


@contextmanager
def _no_turn() -> Iterator[None]:
    yield


_inside: ContextVar[bool] = ContextVar("inside", default=False)
_free_clock: ContextVar[bool] = ContextVar("free_clock", default=False)
_before: ContextVar[list[Callable[[], None]] | None] = ContextVar("before", default=None)
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after", default=None)
_turns: dict[str, TurnQueue] = {}
_guards: list[Callable[[Session], None]] = []


def guard_writes(check: Callable[[Session], None]) -> None:
    """Let a check look at every write transaction as it begins; it raises to refuse it."""
    _guards.append(check)


@contextmanager
def transaction(*, even_read_only: bool = False) -> Iterator[Session]:
    """Open a write transaction, hold the clock, run the subscribers, commit once.

    The read snapshot is left first (a read-then-write in one WAL snapshot loses writes), SQLite
    begins IMMEDIATE, any exception rolls everything back. It refuses to nest, and to begin in
    read-only mode (`kernel.readonly`) but for the few acts that say `even_read_only`.
    """
    if _inside.get():
        raise RuntimeError("a transaction is already open; operations do not open one")
    session = db.session()
    session.rollback()
    inside, before, after = _inside.set(True), _before.set([]), _after.set([])
    free = _free_clock.set(not clock.is_held())
    try:
        with _turn(session), clock.fixed(), events.collecting() as recorded:
            session.connection(execution_options={"begin_write": True})
            read_clock()
            if not even_read_only:
                for check in _guards:
                    check(session)
            yield session
            session.flush()
            events.dispatch(recorded)
            session.flush()
            for act in _before.get() or []:
                act()
            session.commit()
        following = _after.get() or []
    except BaseException:
        session.rollback()
        raise
    finally:
        _free_clock.reset(free)
        _after.reset(after)
        _before.reset(before)
        _inside.reset(inside)
    for act in following:
        _follow(act)


def _follow(act: Callable[[], None]) -> None:
    # What is said after the commit is a convenience (waking a worker): its loss loses no promise.
    try:
        act()
    except Exception:
        log.warning("after-commit act failed", exc_info=True)


def before_commit(act: Callable[[], None]) -> None:
    """Do something as the last act before the running transaction's commit, which it can stop."""
    acts = _before.get()
    if acts is None:
        raise RuntimeError("before_commit outside a transaction")
    acts.append(act)


def after_commit(act: Callable[[], None]) -> None:
    """Do something once the running transaction is committed; never if it is rolled back."""
    acts = _after.get()
    if acts is None:
        raise RuntimeError("after_commit outside a transaction")
    acts.append(act)


def read_clock() -> datetime:
    """Read the database's clock anew and hold it for the rest of the transaction.

    Called after a lock was waited for: what counts at a deadline is the instant under the lock,
    by one clock for all hosts. SQLite's clock is this machine's. A clock held by a caller stays.
    """
    if not _inside.get():
        raise RuntimeError("read_clock outside a transaction")
    if _free_clock.get():
        clock.hold(database_now(db.session()))
    return clock.now()


def database_now(session: Session) -> datetime:
    """The database server's present instant, aware UTC."""
    if session.get_bind().dialect.name == "postgresql":
        found = session.scalar(select(func.clock_timestamp()))
        assert isinstance(found, datetime)
        return clock.adjusted(found.astimezone(UTC))
    return clock.machine()


def forget_traces() -> bool:
    """Empty SQLite's write-ahead log, which still holds what was overwritten or deleted since.

    Whether it is empty now: a reader may still need it, then it is to be tried again. The file
    itself is overwritten by `secure_delete`; PostgreSQL's traces are its operator's.
    """
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        return True
    with db.engine.connect() as connection:
        # Whoever writes waits for the checkpoint: it waits for readers a moment only.
        connection.exec_driver_sql("PRAGMA busy_timeout = 500")
        busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    return not busy


def _turn(session: Session) -> Any:
    engine = session.get_bind()
    if engine.dialect.name != "sqlite":
        return _no_turn()
    return _turns.setdefault(str(engine.engine.url), TurnQueue()).turn(
        most=MOST_WAITING if has_request_context() else None
    )


def sqlite_module() -> Any:
    """The DB-API module whose SQLite is new enough: the bundled wheel, else the interpreter's."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2
    return dbapi2


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return tuple(int(part) for part in sqlite_module().sqlite_version.split("."))


def prepare_engine(engine: Engine, statement_seconds: int = 0) -> None:
    """Set up an engine's connections: durable SQLite, and BEGINs that SQLAlchemy controls.

    PostgreSQL gives a statement up after `statement_seconds`, and a wait for a lock after half of
    them: whoever waits is told in time, and one stuck statement does not use all threads up. It
    also gives a transaction up that asked nothing for so long, as of a host that is cut off.
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", partial(_prepare_postgresql, statement_seconds * 1000))
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


# A host that was cut off in the middle of a transaction holds its locks until the server notices;
# TCP alone would take hours. In seconds, milliseconds the last (postgresql.org/docs, 20.3.2).
_NOTICE_THE_DEAD = {
    "tcp_keepalives_idle": 2,
    "tcp_keepalives_interval": 1,
    "tcp_keepalives_count": 2,
    "tcp_user_timeout": 4000,
}


def _prepare_postgresql(milliseconds: int, connection: Any, _record: Any) -> None:
    limits = {
        "statement_timeout": milliseconds,
        "lock_timeout": milliseconds // 2,
        "idle_in_transaction_session_timeout": milliseconds,
    }
    wanted = {**_NOTICE_THE_DEAD, **(limits if milliseconds else {})}
    before, connection.autocommit = connection.autocommit, True
    connection.execute("; ".join(f"SET {name} = {value}" for name, value in wanted.items()))
    connection.autocommit = before


def lift_statement_limits(connection: Connection) -> None:
    """Let the present transaction take the time it needs (a migration, a check of everything)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("begin_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
