"""Servers broken on purpose, one promise each: the drills must find every one of them out.

A drill that stays green on these proves nothing. Each fault is applied inside a process of its
own before the application is built; the platform's code is never touched. None leaves it to luck
whether it shows: where a race has to be lost, the twin waits until it is.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

import participation
from participation.kernel import clock, jobs
from participation.kernel.db import db, read_clock, transaction
from tests.drills import broken_clocks

PAUSE = 0.05
LONG_PAUSE = 0.25
SOON = timedelta(seconds=60)
"""Within so much before a close a twin waits for it."""
PATIENCE = 100.0
UNIQUE_KEY = "uq_comment_consultation_id_submission_key"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def acknowledges_early() -> None:
    """The receipt is given before the opinion is stored: what waits at a kill is lost."""
    from participation.comments.operations import submit

    promised: ContextVar[str] = ContextVar("promised")
    make = submit.new_receipt
    submit.new_receipt = lambda: promised.get(None) or make()
    waiting: queue.Queue[tuple[dict[str, Any], str]] = queue.Queue()

    def behind(app: Flask, inner: Wsgi) -> Wsgi:
        def store() -> None:
            while True:
                environ, receipt = waiting.get()
                # Slower than the promises come in, so that at any moment some are waiting.
                time.sleep(LONG_PAUSE)
                promised.set(receipt)
                list(inner(environ, lambda *_: None))

        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            if not _is_opinion(environ):
                return inner(environ, start)
            receipt = make()
            waiting.put((_kept(environ), receipt))
            at = clock.now().isoformat(timespec="milliseconds")
            start("201 CREATED", [("Content-Type", "application/json")])
            return [json.dumps({"receipt": receipt, "received_at": at}).encode()]

        threading.Thread(target=store, daemon=True).start()
        return answer

    _wrap(behind)


def records_later() -> None:
    """The log's leaf is written a while after the receipt, in a transaction of its own."""
    from participation.comments.events import CommentSubmitted
    from participation.kernel import events

    waiting: queue.Queue[CommentSubmitted] = queue.Queue()

    def behind(app: Flask, inner: Wsgi) -> Wsgi:
        from participation.record.subscribers import tell_comment

        def store() -> None:
            while True:
                event = waiting.get()
                time.sleep(LONG_PAUSE)
                with app.app_context(), transaction():
                    tell_comment(event)

        events._handlers[:] = [
            (kind, waiting.put if handler is tell_comment else handler)
            for kind, handler in events._handlers
        ]
        threading.Thread(target=store, daemon=True).start()
        return inner

    _wrap(behind)


def forgets_keys() -> None:
    """Neither the look under the lock nor the unique key knows a form that was sent before."""
    from participation.comments.operations import submit

    submit.by_submission_key = lambda *_: None

    def slow(app: Flask, inner: Wsgi) -> Wsgi:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            said = list(inner(environ, start))
            if _is_opinion(environ):
                # The answer is on its way for much longer than the storing took.
                time.sleep(LONG_PAUSE)
            return said

        return answer

    _wrap(slow, _drop_unique_key)


def reads_clock_at_arrival() -> None:
    """The instant of the request's arrival decides, not the one under the lock.

    Who arrives shortly before the close is stored when the bulletin is out; that closing is a
    latch is forgotten as well.
    """
    from participation.consultations import models

    models.Consultation.stage = lambda self, now: models.stage_at(  # type: ignore[method-assign]
        self.status, self.opens_at, self.closes_at, self.sealed_at, now
    )

    def slow(app: Flask, inner: Wsgi) -> Wsgi:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            if not _is_opinion(environ):
                return inner(environ, start)
            slug = environ["PATH_INFO"].split("/")[-2]
            with clock.fixed() as arrived_at:
                _wait_for_bulletin(app, slug, arrived_at)
                return list(inner(environ, start))

        return answer

    _wrap(slow)


def _wait_for_bulletin(app: Flask, slug: str, arrived_at: datetime) -> None:
    from participation.adoption.models import Bulletin
    from participation.consultations.models import Consultation

    def asked(statement: Any) -> Any:
        with app.app_context():
            return db.session.scalar(statement)

    closes_at = asked(select(Consultation.closes_at).where(Consultation.slug == slug))
    if not timedelta(0) < closes_at - arrived_at < SOON:
        return
    out = select(Bulletin.consultation_id).join(Consultation).where(Consultation.slug == slug)
    until = time.monotonic() + PATIENCE
    while asked(out) is None and time.monotonic() < until:
        time.sleep(PAUSE)


def checks_then_stores() -> None:
    """The stage is looked at first; the opinion is stamped and stored when the window is closed."""
    from participation.comments.operations import submit
    from participation.consultations.models import Consultation

    take_in = submit.take_in

    def later(actor: Any, consultation: Consultation, number: int, sent: Any) -> Any:
        left = consultation.closes_at - datetime.now(UTC)
        if timedelta(0) < left < SOON:
            time.sleep(left.total_seconds() + PAUSE)
        read_clock()
        return take_in(actor, consultation, number, sent)

    submit.take_in = later


def closes_early() -> None:
    """The clock that decides runs a minute ahead."""
    from participation.consultations.models import Consultation

    stage = Consultation.stage
    Consultation.stage = lambda self, now: stage(self, now + SOON)


def syncs_sometimes() -> None:
    """SQLite syncs at its checkpoints only, as most advice on the web has it."""
    _synchronous("NORMAL")


def syncs_never() -> None:
    """SQLite leaves the syncing to whoever comes along."""
    _synchronous("OFF")


def _synchronous(how: str) -> None:
    from participation.kernel import db as database

    prepare = database._prepare_sqlite

    def prepare_carelessly(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute(f"PRAGMA synchronous = {how}")

    database._prepare_sqlite = prepare_carelessly


def publishes_again() -> None:
    """Workers neither note that a job is done nor look whether its publication is out already."""
    from participation.adoption.operations import publishing

    cause = publishing.sealing_cause_of
    publishing.sealing_cause_of = lambda consultation, _last: cause(consultation, None)
    jobs._finish = lambda _job: None


def writes_slowly() -> None:
    """Every opinion takes a while to store, as on a poor disk: little traffic is a flood."""
    from participation.comments.operations import submit

    lock = submit.lock_series

    def slow(consultation_id: int) -> int:
        time.sleep(PAUSE)
        return lock(consultation_id)

    submit.lock_series = slow


def writes_slowly_without_limit() -> None:
    """The same, and everybody waits in the line for as long as it is."""
    from participation.kernel import turns
    from participation.web import admission

    writes_slowly()
    admission.LONGEST_WAIT = turns.LONG_TURN = float("inf")


def selects() -> None:
    """The server waits for its connections by select(2), which knows no file above 1,024."""
    import waitress

    create = waitress.create_server
    # A server that has worked for a while has these open beside its connections.
    for _ in range(64):
        os.open(os.devnull, os.O_RDONLY)

    def without_poll(app: Any, **given: Any) -> Any:
        return create(app, **{**given, "asyncore_use_poll": False})

    waitress.create_server = without_poll


def swallows_full_disk() -> None:
    """A write that failed for want of room is answered as if it had been done."""
    from flask import jsonify

    from participation.comments.receipts import new_receipt
    from participation.web import errors

    def cheerful(_error: Exception) -> Any:
        db.session.rollback()
        at = clock.now().isoformat(timespec="milliseconds")
        return jsonify(receipt=new_receipt(), received_at=at), 201

    errors._database = cheerful


def mails_before_commit() -> None:
    """The mail goes out inside the transaction, which now and then fails after it."""
    from participation.kernel.db import before_commit
    from participation.kernel.errors import Unavailable
    from participation.notifications import jobs as mails
    from participation.notifications import subscribers

    count = itertools.count()

    def send_now(what: str, comment_id: int, _key: str | None = None) -> None:
        rollback, db.session.rollback = db.session.rollback, lambda: None
        jobs._running.set(str(comment_id))
        try:
            with suppress(OSError):
                mails.send_mail({"what": what, "comment_id": comment_id})
        finally:
            db.session.rollback = rollback
        if next(count) % 4 == 1:
            before_commit(fail)

    def fail() -> None:
        raise Unavailable("")

    subscribers._enqueue = send_now


def commits_each_step() -> None:
    """A migration commits after each of its statements, and takes its time between them."""
    from alembic.ddl.impl import DefaultImpl

    execute = DefaultImpl._exec

    def execute_and_commit(self: Any, *args: Any, **kwargs: Any) -> Any:
        done = execute(self, *args, **kwargs)
        driver = self.connection.connection.driver_connection
        for statement in ("COMMIT", "BEGIN"):
            driver.execute(statement)
        time.sleep(PAUSE / 5)
        return done

    DefaultImpl._exec = execute_and_commit


def waits_for_redis() -> None:
    """The counters wait for Redis for as long as it takes."""
    from participation.kernel import counting

    counting.OPTIONS = {}


def opens_files_itself() -> None:
    """Uploaded files are read and looked into by the web's own process."""
    from participation.consultations import intake as drafts
    from participation.consultations.parsed import UnreadableDraft, draft_from_dict
    from participation.consultations.reading_child import read
    from participation.kernel.files import accept
    from participation.meetings import intake as meetings

    def read_here(name: str, data: bytes) -> Any:
        answer = read(name, data)
        if error := answer.get("error"):
            raise UnreadableDraft(error["code"], error["params"])
        return draft_from_dict(answer["draft"])

    drafts.read_file, meetings.look_into = read_here, accept


def small_caches() -> None:
    """No fault: the caches are full within seconds, and what grows then is a leak."""
    from participation.web import caching

    caching.MOST_PAGES, caching.MOST_FRAGMENTS = 8, 50


def keeps_every_request() -> None:
    """Whatever was asked and answered stays in a list."""
    small_caches()
    kept: list[Any] = []

    def remember(_app: Flask, inner: Wsgi) -> Wsgi:
        def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            said = [bytes(part) for part in inner(environ, start)]
            kept.append((environ, said, bytearray(16 * 1024)))
            return said

        return answer

    _wrap(remember)


FAULTS: dict[str, Callable[[], None]] = {
    each.__name__: each
    for each in (
        acknowledges_early,
        records_later,
        forgets_keys,
        reads_clock_at_arrival,
        checks_then_stores,
        closes_early,
        commits_each_step,
        broken_clocks.decides_by_own_clock,
        broken_clocks.closes_by_the_clock_alone,
        syncs_sometimes,
        syncs_never,
        publishes_again,
        mails_before_commit,
        opens_files_itself,
        small_caches,
        keeps_every_request,
        writes_slowly,
        writes_slowly_without_limit,
        selects,
        swallows_full_disk,
        waits_for_redis,
    )
}


def _wrap(change: Callable[[Flask, Wsgi], Wsgi], prepare: Callable[[], None] | None = None) -> None:
    """Put something in front of the application that `app.py` is going to build."""
    create = participation.create_app

    def create_broken(**overrides: Any) -> Any:
        app = create(**overrides)
        app.wsgi_app = change(app, app.wsgi_app)
        if prepare:
            with app.app_context():
                prepare()
        return app

    participation.create_app = create_broken


def _is_opinion(environ: dict[str, Any]) -> bool:
    path: str = environ["PATH_INFO"]
    return environ["REQUEST_METHOD"] == "POST" and path.endswith(("/comments", "/comment"))


def _kept(environ: dict[str, Any]) -> dict[str, Any]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return {**environ, "wsgi.input": io.BytesIO(environ["wsgi.input"].read(length))}


def _drop_unique_key() -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from sqlalchemy import inspect

    found = inspect(db.engine).get_unique_constraints("comment")
    if not any(each["name"] == UNIQUE_KEY for each in found):
        return
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # The table is built anew without the constraint.
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("comment") as batch:
            batch.drop_constraint(UNIQUE_KEY, type_="unique")
        connection.commit()
    db.engine.dispose()
