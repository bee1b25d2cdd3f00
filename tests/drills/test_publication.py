"""Four workers on two hosts, killed and cut off: each result is published exactly once."""

from __future__ import annotations

import random
import shutil
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
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
from participation.kernel.queue import SWEEP_SECONDS
from tests.drills.checks import faults_of_publication, instant, rows
from tests.drills.harness import PATIENCE, Place, Program, size, wait_for
from tests.drills.hosts import Network, network
from tests.drills.table import report, report_control
from tests.factories.accounts import a_department, a_user
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.drill

WORKERS = 4
WORKER = ["flask", "--app", "app", "worker"]
DUE = size(12, 500)
KILLS = size(5, 120)
CUT_SECONDS = size(3, 10)
SPAN = timedelta(seconds=size(4, 60))
"""Within so long all of them close, one after the other."""
UNTIL_ALL = PATIENCE * size(1, 20)


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
    """Consultations with answered opinions whose windows close one after the other, soon.

    Two of the three authors gave a mail address; it is the same one.
    """
    first_at = datetime.now(UTC) + timedelta(seconds=5 + 0.3 * count)
    slugs = []
    with inside(place) as app:
        staff = {
            "author": a_user("drafter", a_department()),
            "reviewer": a_user("reviewer", a_department()),
        }
        for place_in_line in range(count):
            closes_at = first_at + place_in_line * SPAN / count
            opens_at = first_at - timedelta(days=40)
            found = a_consultation("open", opens_at=opens_at, closes_at=closes_at, **staff)
            receipts = [
                a_comment(found, contact=contact).receipt
                for contact in ("bridge@example.org", "bridge@example.org", "")
            ]
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


class Workers:
    """Four worker processes on some hosts; a dead one is started anew, as systemd would."""

    def __init__(self, hosts: Sequence[Place], fault: str = "") -> None:
        self._hosts, self._fault, self._starts = hosts, fault, 0
        self.running = [self._start(number) for number in range(WORKERS)]

    def _start(self, number: int) -> Program:
        self._starts += 1
        log = f"worker-{self._starts}.log"
        return self._hosts[number % len(self._hosts)].start(WORKER, log, self._fault)

    def wait_until_ready(self) -> None:
        """Wait until the first four are at work."""
        for number in range(WORKERS):
            host = self._hosts[number % len(self._hosts)]
            wait_for(
                lambda log=f"worker-{number + 1}.log", host=host: "ready" in host.log(log),
                "the worker",
            )

    def kill_one(self, number: int) -> None:
        """kill -9, and a start."""
        self.running[number].kill()
        self.running[number] = self._start(number)

    def revive(self) -> None:
        """Start those that ended by themselves."""
        for number, each in enumerate(self.running):
            if not each.is_alive:
                self.running[number] = self._start(number)

    def end(self) -> None:
        """Let them finish."""
        for each in self.running:
            each.end()


def run_workers(place: Place, slugs: list[str], net: Network | str) -> None:
    """Run the workers until everything is published; kill some, and cut one host off."""
    moments = random.Random(KILLS)
    hosts = [place] if isinstance(net, str) else [_on_host(place, net, name) for name in net.names]
    workers = Workers(hosts)
    workers.wait_until_ready()
    closes = rows(place, "SELECT min(closes_at) AS first FROM consultation")
    time.sleep(max(0.0, (instant(closes[0].first) - datetime.now(UTC)).total_seconds()))
    cut_at = time.monotonic() + SPAN.total_seconds() / 4
    steps: list[tuple[float, Callable[[str], None]]] = []
    if not isinstance(net, str):
        steps = [(cut_at, net.cut), (cut_at + CUT_SECONDS, net.mend)]
    kills = 0
    while kills < KILLS or steps:
        time.sleep(moments.uniform(0.3, 0.7))
        while steps and time.monotonic() >= steps[0][0]:
            steps.pop(0)[1](net.names[-1])
        if kills < KILLS:
            workers.kill_one(moments.randrange(WORKERS))
            kills += 1
        workers.revive()
    wait_for(lambda: workers.revive() or published(place, slugs), "the publications", UNTIL_ALL)
    # One more sweep of each: whoever would publish again does it now.
    time.sleep(SWEEP_SECONDS + 1)
    assert all(each.is_alive for each in workers.running)
    workers.end()


def _on_host(place: Place, net: Network, name: str) -> Place:
    """The same database from another host, with the keys but files of its own."""
    folder = place.folder.with_name(name)
    shutil.copytree(place.folder, folder)
    made = Place(folder, place.starter, net.url_at(name), host=name)
    # The hosts of one platform share the key that signs, as they share the database.
    made.surroundings["PARTICIPATION_RECORD_KEY"] = b64encode(bytes(range(32))).decode()
    made.surroundings["PARTICIPATION_STATEMENT_SECONDS"] = "6"
    # Killed with the place, at the end.
    made.started = place.started
    return made


def published(place: Place, slugs: list[str]) -> bool:
    """Whether nothing is missing and nothing waits to be tried anew."""
    faults = faults_of_publication(place, slugs)
    return not any(": 0 of " in each or each.startswith("job: ") for each in faults)


@pytest.mark.both_databases
def test_four_workers_killed_and_cut_off_publish_each_result_exactly_once(place: Place) -> None:
    with network(place.database_url) if place.database_url else _one_host() as net:
        slugs = answered_and_about_to_close(place, DUE)
        run_workers(place, slugs, net)
    assert faults_of_publication(place, slugs) == []
    where = f"on one host ({net})" if isinstance(net, str) else "on 2 hosts"
    cut = "" if isinstance(net, str) else f", one cut off for {CUT_SECONDS} s"
    report(
        f"R4 publication, {'PostgreSQL' if place.database_url else 'SQLite'}",
        "500 due (CI: 12), 4 workers on 2 hosts, one killed every 0.5 s, one host cut off:"
        " 1 bulletin, 1 close leaf, 1 notice each, 0 unpublished",
        f"{len(slugs)} due, {WORKERS} workers {where}, {KILLS} kills{cut}: 1 each;"
        f" delay {_delays(place)}",
    )


@contextmanager
def _one_host() -> Iterator[str]:
    yield "SQLite is one host's"


def _delays(place: Place) -> str:
    told = rows(
        place,
        "SELECT b.published_at, k.closes_at FROM bulletin b"
        " JOIN consultation k ON k.id = b.consultation_id",
    )
    waited = sorted(
        (instant(row.published_at) - instant(row.closes_at)).total_seconds() for row in told
    )
    return f"p50 {waited[len(waited) // 2]:.1f} s, longest {waited[-1]:.1f} s"


def test_the_drill_finds_out_workers_that_publish_again(place: Place) -> None:
    slugs = answered_and_about_to_close(place, 3)
    Workers([place], "publishes_again")

    def found_out() -> list[str]:
        faults = faults_of_publication(place, slugs)
        return [each for each in faults if each.startswith("version: ") and ": 0 of" not in each]

    found = wait_for(found_out, "a result that is published again")
    report_control("R4", "publishes_again", f"found {'; '.join(found)}")
