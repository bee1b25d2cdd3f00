"""The outbox: what is to be done later, as rows of the same transaction as their cause.

The row is the job. A queue only carries "look at row N"; losing that loses nothing, because
`run_due` finds every row that is due. A handler whose whole effect is rows runs in one
transaction with the row's own change, so that it happens exactly once; a handler that talks to
the outside (mail, storage) is claimed by a lease and happens at least once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import CheckConstraint, Enum, Index, String, Text, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel import clock
from participation.kernel.db import Base, Document, Instant, after_commit, db, transaction
from participation.kernel.readonly import ReadOnly
from participation.kernel.scrub import scrub

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
WORKER_ALIVE = timedelta(minutes=3)
WORKER, LAST_BACKUP, WEB = "worker", "backup", "web"
"""Whose signs of life are kept: the workers', the last sound backup's, the submit path's."""
HOPS = "hops:"
"""Signs `hops:<n>`: when requests last came with n addresses in X-Forwarded-For."""


class JobState(StrEnum):
    """Where a job stands; `dead` was tried too often and waits for a person."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """One thing to be done, at or after `run_at`."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_run_at", "state", "run_at"),
        CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    unique_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[JobState] = mapped_column(
        Enum(JobState, native_enum=False, length=10, values_callable=lambda kind: list(kind)),
        default=JobState.READY,
    )
    run_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class WorkerSign(Base):
    """The last sign of life of the workers, for `doctor` and `readyz`."""

    __tablename__ = "worker_sign"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Instant)


Handle = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class _Handler:
    act: Handle
    outside: bool
    failed: Handle | None
    attempts: int


_handlers: dict[str, _Handler] = {}
_running: ContextVar[str] = ContextVar("running")


def handler(
    kind: str,
    *,
    outside: bool = False,
    failed: Handle | None = None,
    attempts: int = MOST_ATTEMPTS,
) -> Callable[[Handle], Handle]:
    """Register the handler of a kind of job.

    `outside`: the effect leaves the database; it runs outside of a transaction, under a lease.
    `failed` is called after each failed attempt, in the transaction that notes the failure; after
    `attempts` of them the job is given up.
    """

    def register(act: Handle) -> Handle:
        _handlers[kind] = _Handler(act, outside, failed, attempts)
        return act

    return register


def running_job() -> str:
    """What tells the job that is being run from every other; the same at each of its attempts."""
    return _running.get()


def enqueue(
    kind: str,
    payload: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    unique_key: str | None = None,
) -> None:
    """Put a job into the outbox, in the running transaction; a known `unique_key` adds nothing."""
    now = clock.now()
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(Job)
        .values(
            kind=kind,
            payload=dict(payload),
            unique_key=unique_key,
            state=JobState.READY,
            run_at=run_at or now,
            attempts=0,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Job.unique_key])
        .returning(Job.id)
    )
    added = db.session.scalar(statement)
    if added is not None:
        delay = max(0.0, ((run_at or now) - now).total_seconds())
        after_commit(lambda: _wake(added, delay))


def _wake(job_id: int, delay: float) -> None:
    wake = current_app.extensions.get("wake")
    if wake is not None:
        wake(job_id, delay)


def run_due(limit: int = 100) -> int:
    """Run the jobs that are due now; returns how many were finished."""
    return sum(run_job(job_id) for job_id in due_ids(limit))


def due_ids(limit: int = 100) -> list[int]:
    """Ids of jobs that may run now, oldest first."""
    found = list(db.session.scalars(_due().order_by(Job.run_at, Job.id).limit(limit)))
    db.session.rollback()
    return found


def run_job(job_id: int) -> bool:
    """Run one job if it is due and nobody else has it; whether it was finished.

    In read-only mode jobs wait, and no attempt is counted.
    """
    try:
        with transaction() as session:
            job = session.scalars(
                _due(Job).where(Job.id == job_id).with_for_update(skip_locked=True)
            ).first()
            if job is None:
                return False
            known = _handlers.get(job.kind)
            if known is None:
                raise LookupError(f"no handler for {job.kind}")
            job.attempts += 1
            _running.set(f"{job.id}:{job.created_at.isoformat()}")
            if known.outside:
                job.state, job.lease_until = JobState.RUNNING, clock.now() + LEASE
            else:
                known.act(job.payload)
                _finish(job)
            payload, outside = dict(job.payload), known.outside
        if outside:
            known.act(payload)
            # What has left the house is noted as done even if read-only mode began meanwhile.
            with transaction(even_read_only=True) as session:
                _finish(session.get_one(Job, job_id, with_for_update=True))
    except ReadOnly:
        return False
    except Exception as error:
        log.exception("job %s failed", job_id)
        _fail(job_id, error)
        return False
    return True


def _due(what: Any = Job.id) -> Any:
    now = clock.now()
    return select(what).where(
        or_(
            (Job.state == JobState.READY) & (Job.run_at <= now),
            (Job.state == JobState.RUNNING) & (Job.lease_until < now),
        )
    )


def _finish(job: Job) -> None:
    job.state, job.done_at, job.lease_until, job.last_error = (
        JobState.DONE,
        clock.now(),
        None,
        None,
    )


def _fail(job_id: int, error: Exception) -> None:
    db.session.rollback()
    with transaction(even_read_only=True) as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is None or job.state is JobState.DONE:
            return
        # The attempt of an in-transaction handler was rolled back with its effect.
        if job.state is JobState.READY:
            job.attempts += 1
        job.last_error = scrub(f"{type(error).__name__}: {error}")[:500]
        job.lease_until = None
        known = _handlers.get(job.kind)
        most = known.attempts if known else MOST_ATTEMPTS
        job.state = JobState.DEAD if job.attempts >= most else JobState.READY
        job.run_at = clock.now() + timedelta(seconds=min(600, 2**job.attempts))
        if job.state is JobState.DEAD:
            log.error("job %s (%s) given up after %s attempts", job.id, job.kind, job.attempts)
        if known is not None and known.failed is not None:
            session.flush()
            known.failed(job.payload)


@dataclass
class _Round:
    act: Callable[[], None]
    seconds: float
    next_at: float = 0.0


_rounds: dict[str, _Round] = {}


def every(seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register an act that each worker does again and again, in a context, at most so often.

    Several workers may do it at the same time: doing it twice must do no more than once does.
    """

    def register(act: Callable[[], None]) -> Callable[[], None]:
        _rounds[f"{act.__module__}.{act.__name__}"] = _Round(act, seconds)
        return act

    return register


def make_rounds(*, now: bool = False) -> None:
    """Do what is to be done again by now (`now`: all of it); one that fails spoils no other."""
    for name, each in _rounds.items():
        moment = time.monotonic()
        if not now and moment < each.next_at:
            continue
        each.next_at = moment + each.seconds
        try:
            each.act()
        except ReadOnly:
            pass
        except Exception:
            log.exception("round %s failed; next in %.0f s", name, each.seconds)
            db.session.rollback()


def sign_of_life(name: str = "worker") -> None:
    """Note that a worker is alive."""
    with transaction(even_read_only=True) as session:
        session.merge(WorkerSign(name=name, seen_at=clock.now()))


def last_sign(name: str = "worker") -> datetime | None:
    """When a worker was last seen, or None."""
    sign = db.session.get(WorkerSign, name)
    return sign.seen_at if sign else None


@dataclass(frozen=True)
class Backlog:
    """The jobs that are not done: how many in which state, and since when the oldest is due."""

    ready: int
    running: int
    dead: int
    oldest_due_at: datetime | None


def backlog() -> Backlog:
    """What the outbox holds; two statements."""
    rows = db.session.execute(
        select(Job.state, func.count().label("number"))
        .where(Job.state != JobState.DONE)
        .group_by(Job.state)
    )
    counts = {row.state: row.number for row in rows}
    oldest = db.session.scalar(
        select(func.min(Job.run_at)).where(Job.state == JobState.READY, Job.run_at <= clock.now())
    )
    return Backlog(
        counts.get(JobState.READY, 0),
        counts.get(JobState.RUNNING, 0),
        counts.get(JobState.DEAD, 0),
        oldest,
    )
