"""The queue that wakes workers: huey on SQLite, Redis or PostgreSQL, carrying row numbers only."""

from __future__ import annotations

import atexit
import logging
import signal
import threading
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full
from queue import Queue as Calls
from typing import Any

from flask import Flask

from participation.kernel import jobs

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5
MOST_CALLS = 1000
CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 3.0
"""How long Redis is waited for; a worker's own waiting for work (a second) fits in."""


def build_huey(url: str, default_file: Path) -> Any:
    """The huey instance for an address: `sqlite:`, `redis://…` or `postgresql://…`."""
    options: dict[str, Any] = {"name": "zhongyan", "results": False, "utc": True}
    if url.startswith("sqlite:"):
        from huey import SqliteHuey

        path = url.removeprefix("sqlite:").removeprefix("///")
        return SqliteHuey(filename=str(path or default_file), **options)
    if url.startswith(("redis://", "rediss://", "unix://")):
        from huey import RedisHuey
        from redis import ConnectionPool
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        pool = ConnectionPool.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        return RedisHuey(connection_pool=pool, **options)
    if url.startswith(("postgresql://", "postgres://")):
        from huey import PostgresHuey

        return PostgresHuey(dsn=url, **options)
    raise ValueError(f"queue_url: {url.split(':')[0]}: sqlite, redis, postgresql")


class Queue:
    """Wakes workers of an application, and is their consumer where one is to run."""

    def __init__(self, app: Flask, url: str, default_file: Path) -> None:
        self._app, self._url, self._default_file = app, url, default_file
        self._lock = threading.Lock()
        self._huey: Any = None
        self._look: Any = None
        self._consumer: Any = None
        self._stopping = threading.Event()
        self._sweeper: threading.Thread | None = None
        self._caller: threading.Thread | None = None
        self._calls: Calls[tuple[int, float]] = Calls(MOST_CALLS)
        self._caller_done = threading.Event()

    def _open(self) -> Any:
        # huey's import and its file are not paid at every start, only at the first wake-up.
        with self._lock:
            if self._huey is None:
                self._huey = build_huey(self._url, self._default_file)
                self._look = self._huey.task(name="look")(self._look_at)
            return self._huey

    def _look_at(self, job_id: int) -> None:
        with self._app.app_context():
            jobs.run_job(job_id)

    def wake(self, job_id: int, delay: float = 0.0) -> None:
        """Tell a worker to look at a job's row, now or after a delay in seconds.

        Over a network it is told by a thread of its own: nobody's request waits for that.
        """
        if self._url.startswith("sqlite:"):
            self._tell(job_id, delay)
            return
        with self._lock:
            if self._caller is None:
                self._caller = threading.Thread(target=self._call, name="waker", daemon=True)
                self._caller.start()
                # A command that ends at once gives its calls a moment.
                atexit.register(self._caller_done.wait, 1.0)
        with suppress(Full):
            self._caller_done.clear()
            self._calls.put_nowait((job_id, delay))

    def _call(self) -> None:
        while True:
            job_id, delay = self._calls.get()
            try:
                self._tell(job_id, delay)
            except Exception as error:
                log.warning("queue: no worker can be woken: %s", type(error).__name__)
                # What waits would only fail too, each in its turn; the sweep finds the rows.
                with suppress(Empty):
                    while True:
                        self._calls.get_nowait()
                self._stopping.wait(SWEEP_SECONDS)
            if self._calls.empty():
                self._caller_done.set()

    def _tell(self, job_id: int, delay: float) -> None:
        self._open()
        if delay:
            self._look.schedule(args=(job_id,), delay=delay)
        else:
            self._look(job_id)

    def start(self) -> None:
        """Start the consumer and the sweeper in this process; call it in the main thread."""
        huey = self._open()
        before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        self._consumer = huey.create_consumer(
            workers=1, periodic=False, initial_delay=0.05, max_delay=0.5, scheduler_interval=1
        )
        self._consumer.start()
        # huey's consumer takes both signals over; the server needs its own.
        for each, handler in before.items():
            signal.signal(each, handler)
        self._sweeper = threading.Thread(target=self._sweep, name="sweeper", daemon=True)
        self._sweeper.start()

    def stop(self) -> None:
        """Stop consumer and sweeper; a job in the middle of its transaction is rolled back."""
        self._stopping.set()
        if self._consumer is not None:
            self._consumer.stop(graceful=False)

    def wait(self) -> None:
        """Block until stopped (the command `worker`)."""
        while not self._stopping.wait(0.5):
            pass

    def _sweep(self) -> None:
        # The promise: a row that is due is found whatever became of its wake-up call.
        beats = 0
        while not self._stopping.is_set():
            with self._app.app_context():
                try:
                    jobs.run_due()
                    if beats % 12 == 0:
                        jobs.sign_of_life()
                    jobs.make_rounds()
                except Exception:
                    log.exception("sweep failed; next in %s s", SWEEP_SECONDS)
            beats += 1
            self._stopping.wait(SWEEP_SECONDS)
