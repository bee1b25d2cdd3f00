"""Three worker processes, some of them killed: each result is published exactly once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from participation import create_app
from participation.adoption import operations
from participation.adoption.rules import Disposition
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState
from tests.drills.checks import faults_of_publication
from tests.drills.harness import PATIENCE, Place, Program, size, wait_for
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.drill

WORKERS = 3
WORKER = ["flask", "--app", "app", "worker"]
SWEEP = 5.0


@contextmanager
def inside(place: Place) -> Iterator[Any]:
    """The application of a place in this process."""
    given: dict[str, Any] = {"instance": place.folder, "demo": "0", "rate_limits": "off"}
    if place.database_url:
        given["database_url"] = place.database_url
    app = create_app(**given)
    app.extensions["wake"] = None
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def answered_and_about_to_close(place: Place, count: int) -> list[str]:
    """Consultations with answered opinions whose windows close one after the other, soon."""
    first_at = datetime.now(UTC) + timedelta(seconds=2 + 0.5 * count)
    slugs = []
    with inside(place) as app:
        for place_in_line in range(count):
            closes_at = first_at + timedelta(seconds=0.4 * place_in_line)
            opens_at = first_at - timedelta(days=40)
            found = a_consultation("open", opens_at=opens_at, closes_at=closes_at)
            receipts = [a_comment(found).receipt for _ in range(3)]
            assert found.opens_at
            with clock.fixed(found.opens_at + timedelta(days=2)), transaction():
                operations.respond(
                    SYSTEM, found.slug, receipts, Disposition.ADOPTED, "已照此修改。"
                )
            slugs.append(found.slug)
        _call_workers(app)
    return slugs


def _call_workers(app: Any) -> None:
    # The wake-ups that the server gives when it makes the jobs.
    ready = db.session.scalars(select(Job).where(Job.state == JobState.READY)).all()
    for job in ready:
        delay = (job.run_at - datetime.now(UTC)).total_seconds()
        app.extensions["queue"].wake(job.id, max(0.0, delay))


def run_workers(place: Place, slugs: list[str], kills: int) -> None:
    """Run three workers until everything is published, killing one after the other meanwhile."""
    moments = random.Random(kills)
    workers = started(place)
    for _ in range(kills):
        time.sleep(moments.uniform(0.2, 0.6))
        victim = moments.randrange(WORKERS)
        workers[victim].kill()
        workers[victim] = place.start(WORKER, f"worker-{victim}.log")
    wait_for(lambda: published(place, slugs), "the publications", PATIENCE + len(slugs))
    # One more sweep of each: whoever would publish again does it now.
    time.sleep(SWEEP + 1)
    assert all(each.is_alive for each in workers)
    for each in workers:
        each.end()


def started(place: Place, fault: str = "") -> list[Program]:
    """Three workers that are at work."""
    workers = [place.start(WORKER, f"worker-{number}.log", fault) for number in range(WORKERS)]
    for number in range(WORKERS):
        wait_for(lambda log=number: "ready" in place.log(f"worker-{log}.log"), "the worker")
    return workers


def published(place: Place, slugs: list[str]) -> bool:
    """Whether no consultation lacks its bulletin or its first version."""
    return not any(": 0 of " in each for each in faults_of_publication(place, slugs))


@pytest.mark.both_databases
def test_three_workers_of_which_some_are_killed_publish_each_result_exactly_once(
    place: Place,
) -> None:
    slugs = answered_and_about_to_close(place, size(12, 300))
    run_workers(place, slugs, kills=size(8, 200))
    assert faults_of_publication(place, slugs) == []


def test_the_drill_finds_out_workers_that_publish_again(place: Place) -> None:
    slugs = answered_and_about_to_close(place, 3)
    started(place, "publishes_again")

    def found_out() -> bool:
        faults = faults_of_publication(place, slugs)
        return any(each.startswith("version: ") and ": 0 of" not in each for each in faults)

    wait_for(found_out, "a result that is published again")
