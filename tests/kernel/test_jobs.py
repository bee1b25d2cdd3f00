"""The outbox: together with its cause or not at all, exactly once, given up loudly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState
from tests.conftest import NOON


@pytest.fixture
def ran() -> list[object]:
    """What the handlers did; kinds `note` and `fail` are registered."""
    done: list[object] = []
    jobs.handler("note")(lambda payload: done.append(payload["word"]))

    @jobs.handler("fail")
    def fail(payload: object) -> None:
        raise OSError("no")

    return done


def _only_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


@pytest.mark.both_databases
def test_a_job_of_a_rolled_back_cause_never_was(context: Flask, ran: list[object]) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("note", {"word": "a"})
        raise ZeroDivisionError
    assert jobs.run_due() == 0
    assert ran == []


@pytest.mark.both_databases
def test_a_job_runs_once_however_often_it_is_looked_at(context: Flask, ran: list[object]) -> None:
    with transaction():
        jobs.enqueue("note", {"word": "a"}, unique_key="same")
        jobs.enqueue("note", {"word": "b"}, unique_key="same")
    [job_id] = jobs.due_ids()
    assert [jobs.run_job(job_id) for _ in range(3)] == [True, False, False]
    assert ran == ["a"]


def test_a_job_of_the_future_waits(context: Flask, ran: list[object]) -> None:
    with clock.fixed(NOON):
        with transaction():
            jobs.enqueue("note", {"word": "a"}, run_at=NOON + timedelta(hours=1))
        assert jobs.run_due() == 0
    with clock.fixed(NOON + timedelta(hours=1)):
        assert jobs.run_due() == 1


@pytest.mark.both_databases
def test_a_failing_job_is_tried_again_later_and_given_up_at_last(
    context: Flask, ran: list[object]
) -> None:
    with clock.fixed(NOON), transaction():
        jobs.enqueue("fail", {})
    later = NOON
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        with clock.fixed(later):
            assert jobs.run_due() == 0
            assert jobs.run_due() == 0, "not before its back-off"
        job = _only_job()
        assert job.attempts == attempt
        assert job.last_error == "OSError: no"
        later = job.run_at
    assert job.state is JobState.DEAD
    with clock.fixed(later + timedelta(days=1)):
        assert jobs.due_ids() == []
    assert jobs.backlog().dead == 1


def test_an_outside_job_whose_worker_died_is_taken_again_after_its_lease(context: Flask) -> None:
    sent: list[str] = []
    died = [True]

    @jobs.handler("send", outside=True)
    def send(payload: object) -> None:
        if died.pop() if died else False:
            raise KeyboardInterrupt
        sent.append("mail")

    with clock.fixed(NOON), transaction():
        jobs.enqueue("send", {})
    with clock.fixed(NOON), pytest.raises(KeyboardInterrupt):
        jobs.run_due()
    with clock.fixed(NOON + timedelta(seconds=30)):
        assert jobs.run_due() == 0, "another worker may still be at it"
    with clock.fixed(NOON + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.run_due() == 1
    assert sent == ["mail"]
