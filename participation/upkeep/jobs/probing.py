"""The probe of the submit path: a sign of life that only a web process that can write can give.

Each web process makes, every minute, a write transaction like the one of an opinion, and notes the
instant in it. Where database, disk or process fail, or read-only mode is on, the sign does not
come; the next one that comes finds the gap. The worker looks every minute, too: it keeps an outage
that goes on, so that it is known while it lasts, and windows that were touched are noted.

What it cannot see: a network or a proxy that lets nobody through to a server that is well.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, request

from participation.consultations import operations
from participation.consultations.queries import outages
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.jobs import HOPS, WEB, WorkerSign, every
from participation.kernel.readonly import ReadOnly
from participation.rulebook.outages import SHORTEST, Span
from participation.upkeep.downtime import ahead, arm, look_ahead

log = logging.getLogger(__name__)

BEAT_SECONDS = 60.0
SHORT_BEAT_SECONDS = 5.0
"""After one that failed: the end of an outage is known soon."""
MOST_HOPS = 9


def beat(hops: Iterable[int] = ()) -> None:
    """Give the sign of the submit path; one that comes after a gap ends an outage.

    `hops`: how many addresses proxies have put before requests, for the doctor. Raises what the
    database raises, and ReadOnly in read-only mode.
    """
    with transaction() as session:
        sign = session.get(WorkerSign, WEB, with_for_update=True)
        now = clock.now()
        for each in hops:
            session.merge(WorkerSign(name=f"{HOPS}{each}", seen_at=now))
        if sign is None:
            session.add(WorkerSign(name=WEB, seen_at=now))
            return
        ongoing = outages.ongoing_outage()
        if now - sign.seen_at > SHORTEST or ongoing is not None:
            from_at = ongoing.from_at if ongoing else sign.seen_at
            operations.note_unavailable(sign.seen_at, now)
            operations.note_touched_windows(Span(from_at, now))
        sign.seen_at = max(sign.seen_at, now)


@every(BEAT_SECONDS)
def probe() -> None:
    """Look whether the submit path gives its signs; keep an outage, settle planned downtime."""
    with transaction(even_read_only=True) as session:
        sign, now = session.get(WorkerSign, WEB), clock.now()
        if sign is not None and now - sign.seen_at > SHORTEST:
            operations.note_unavailable(sign.seen_at, None)
        planned = outages.planned_after(now)
        for each in planned:
            operations.settle_downtime(each)
        if planned:
            arm(planned[0])


class Heart:
    """The thread of a web process that gives the sign."""

    def __init__(self, app: Flask) -> None:
        self._app, self._pid = app, 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._hops: set[int] = set()

    def see(self, environ: Mapping[str, Any]) -> None:
        """Note by how many proxies a request says it came; ProxyFix leaves the header as it is."""
        told = environ.get("HTTP_X_FORWARDED_FOR") or ""
        self._hops.add(min(len([each for each in told.split(",") if each.strip()]), MOST_HOPS))

    def start(self) -> None:
        """Begin to beat, once in each process: a forked one has no threads of its parent's."""
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            threading.Thread(target=self._beat_on, name="heart", daemon=True).start()

    def end(self) -> None:
        """Beat no more: the process is about to end, or its database is."""
        self._ended.set()

    def _beat_on(self) -> None:
        while not self._ended.wait(BEAT_SECONDS if self._beat_once() else SHORT_BEAT_SECONDS):
            pass

    def _beat_once(self) -> bool:
        with self._app.app_context():
            try:
                look_ahead()
                hops, self._hops = self._hops, set()
                beat(hops)
            except ReadOnly:
                return False
            except Exception as error:
                log.warning("no sign of the submit path: %s", type(error).__name__)
                db.session.rollback()
                return False
        return True


def connect(app: Flask) -> None:
    """Let a process that answers requests give the sign; tests of single parts do not."""
    heart = app.extensions["heart"] = Heart(app)
    app.context_processor(lambda: {"downtime": ahead})

    @app.before_request
    def start() -> Any:
        if not app.testing and request.endpoint != "static":
            heart.see(request.environ)
            heart.start()
