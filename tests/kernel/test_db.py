"""The one commit: all or nothing, in turns, with the clock held and the subscribers heard."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from participation.kernel import clock, events, turns
from participation.kernel.db import (
    SQLITE_FLOOR,
    TurnQueue,
    after_commit,
    database_now,
    db,
    read_clock,
    sqlite_version,
    transaction,
)
from participation.kernel.errors import Unavailable
from participation.kernel.jobs import Job, enqueue


@dataclass(frozen=True, kw_only=True)
class SomethingDone(events.DomainEvent):
    word: str


def _count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


@pytest.mark.both_databases
def test_an_exception_rolls_everything_back(context: Flask) -> None:
    said: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue("note", {})
        after_commit(lambda: said.append("committed"))
        raise ZeroDivisionError
    assert _count() == 0
    assert said == []


@pytest.mark.both_databases
def test_a_failing_subscriber_rolls_its_cause_back(context: Flask) -> None:
    @events.subscribe(SomethingDone)
    def refuse(event: SomethingDone) -> None:
        if event.word == "bad":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction():
        enqueue("note", {})
        events.record(SomethingDone(word="bad"))
    assert _count() == 0
    with transaction():
        enqueue("note", {})
        events.record(SomethingDone(word="good"))
    assert _count() == 1


def test_a_transaction_does_not_nest(context: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        pass


def test_nothing_is_recorded_outside_a_transaction(context: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        events.record(SomethingDone(word="x"))


@pytest.mark.both_databases
def test_the_clock_is_held_and_read_anew_under_a_lock(context: Flask) -> None:
    with transaction() as session:
        first = clock.now()
        time.sleep(0.02)
        assert clock.now() == first
        assert read_clock() > first
        assert abs(database_now(session) - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.both_databases
def test_many_writers_lose_nothing(app: Flask) -> None:
    """The measured trap: read-then-write in one WAL snapshot lost 273 of 320 writes."""
    errors: list[Exception] = []

    def write() -> None:
        try:
            with app.app_context():
                for _ in range(10):
                    _count()
                    with transaction():
                        enqueue("note", {})
                db.session.remove()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with app.app_context():
        assert _count() == 80


def test_sqlite_is_durable_checked_and_new_enough(context: Flask) -> None:
    def pragma(name: str) -> object:
        return db.session.scalar(text(f"PRAGMA {name}"))

    assert sqlite_version() >= SQLITE_FLOOR
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2, "FULL"
    assert pragma("foreign_keys") == 1
    assert pragma("secure_delete") == 1


def test_foreign_keys_hold(context: Flask) -> None:
    from participation.accounts.models import Department

    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Department(name="x", parent_id=99))


def test_turns_are_taken_in_the_order_of_coming() -> None:
    queue, order = TurnQueue(), []

    def come(number: int) -> None:
        with queue.turn():
            order.append(number)

    with queue.turn():
        threads = []
        for number in range(6):
            thread = threading.Thread(target=come, args=(number,))
            thread.start()
            threads.append(thread)
            while len(queue._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4, 5]


def test_whoever_waits_too_long_for_a_turn_is_told_and_the_others_go_on() -> None:
    queue = TurnQueue()
    with queue.turn():
        with pytest.raises(Unavailable), queue.turn(0.01):
            pytest.fail("two have the turn")
        assert not queue._waiting
    with queue.turn(0.01):
        pass


def test_behind_a_long_turn_only_so_many_wait_and_the_next_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "LONG_TURN", 0.0)
    queue, done = TurnQueue(), []

    def come() -> None:
        with queue.turn(most=1):
            done.append(1)

    with queue.turn():
        waiter = threading.Thread(target=come)
        waiter.start()
        while not queue._waiting:
            time.sleep(0.001)
        with pytest.raises(Unavailable), queue.turn(most=1):
            pytest.fail("it did not wait")
    waiter.join()
    assert done == [1]
    with queue.turn(most=0):
        pass
