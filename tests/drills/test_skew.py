"""Clocks that are wrong: hosts that are two minutes fast and slow, a clock that is set back.

libfaketime (a wheel) moves the application's clock, never the database's. PostgreSQL's clock
decides for all hosts. SQLite has one host, whose clock is the clock: there a close is a latch.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.drills.asking import Answer
from tests.drills.checks import (
    comments_of,
    faults_of_deadline,
    faults_of_record,
    instant,
    rows,
)
from tests.drills.crowd import Crowd, Sent, send
from tests.drills.harness import Place, Starter, size, wait_for
from tests.drills.table import report, report_control
from tests.drills.test_deadline import MARGIN, post_closing_soon, sleep_until

pytestmark = pytest.mark.drill

FAST, SLOW = 120, -120
SENDERS = 4
STEP = size(5, 60)


@pytest.fixture(scope="module")
def clockmaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """Starts programs whose clock goes as a file says."""
    found = find_spec("libfaketime")
    assert found
    assert found.origin
    source = Path(found.origin).parent / "vendor" / "libfaketime" / "src"
    right = tmp_path_factory.mktemp("clock") / "right"
    right.write_text("+0\n")
    made = Starter(
        preload=source / "libfaketime.so.1",
        FAKETIME_TIMESTAMP_FILE=str(right),
        FAKETIME_NO_CACHE="1",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
    )
    yield made
    made.close()


@dataclass
class Host:
    """A server with a clock of its own."""

    place: Place
    clock: Path

    def set(self, seconds: int) -> None:
        """Let its clock be so many seconds fast."""
        # Never seen half written.
        new = self.clock.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self.clock)


@pytest.fixture
def host(place: Place, clockmaker: Starter) -> Iterator[Callable[[int], Host]]:
    """Makes hosts of the place, by how many seconds their clocks are fast."""
    made: list[Host] = []

    def make(seconds: int) -> Host:
        folder = place.folder
        if place.database_url:
            folder = folder.with_name(f"host{len(made)}")
            shutil.copytree(place.folder, folder)
        one = Host(Place(folder, clockmaker, place.database_url), folder / "clock")
        one.set(seconds)
        one.place.surroundings["FAKETIME_TIMESTAMP_FILE"] = str(one.clock)
        made.append(one)
        return one

    yield make
    for each in made:
        each.place.end_all()


def crowds_at_the_close(
    place: Place, hosts: Sequence[Host], margin: timedelta = MARGIN
) -> tuple[str, list[Sent], datetime]:
    """Send to all hosts around a close by the true clock, and wait for the bulletin."""
    slug, closes_at = post_closing_soon(place, margin)
    crowds = [Crowd(each.place, slug, SENDERS, insist=False) for each in hosts]
    sleep_until(closes_at - margin)
    for crowd in crowds:
        crowd.start()
    sleep_until(closes_at + margin)
    sent = [each for crowd in crowds for each in crowd.finish()]
    wait_for(lambda: bulletins(place, slug), "the bulletin")
    return slug, sent, closes_at


def bulletins(place: Place, slug: str) -> list[Any]:
    """When the bulletins of a consultation came out."""
    return rows(
        place,
        "SELECT b.published_at FROM bulletin b JOIN consultation k ON k.id = b.consultation_id"
        " WHERE k.slug = :slug",
        slug=slug,
    )


def late_try(host: Host, slug: str) -> Answer:
    """One opinion after the close."""
    with host.place.calling() as caller:
        return send(caller, slug, f"late-{time.monotonic_ns()}", "这份意见来晚了。")


def clock_check(host: Host) -> str:
    """What a host says of its own clock."""
    with host.place.calling() as caller:
        said: str = caller.get("/readyz").json["checks"]["clock"]
        return said


@pytest.mark.postgresql
def test_hosts_with_wrong_clocks_decide_alike_and_say_that_they_are_wrong(
    place: Place, host: Callable[[int], Host]
) -> None:
    fast, slow = host(FAST), host(SLOW)
    for each in (fast, slow):
        each.place.serve()
        assert clock_check(each) == "skewed"
    closes, posts, accepted = size(1, 10), 0, 0
    for _ in range(closes):
        slug, sent, closes_at = crowds_at_the_close(place, (fast, slow))
        assert faults_of_deadline(place, slug, sent, closes_at) == []
        assert instant(bulletins(place, slug)[0].published_at) >= closes_at
        assert [late_try(each, slug).status for each in (fast, slow)] == [403, 403]
        posts += sum(len(each.answers) for each in sent)
        accepted += len(comments_of(place, slug))
    assert posts > accepted > 0
    slow.set(-3_600)
    assert late_try(slow, slug).status == 403
    slow.set(0)
    wait_for(lambda: clock_check(slow) == "ok", "a clock that is right again")
    report(
        "R6 clock skew, PostgreSQL",
        "hosts at ±120 s: same decisions, nothing reopens, a skew over 2 s is told",
        f"{closes} closings, {posts} posts to both hosts, {accepted} accepted: 0 late, 0 early,"
        " 0 missing; an hour slow afterwards: refused; readyz: skewed",
    )


@pytest.mark.postgresql
def test_the_drill_finds_out_hosts_that_decide_by_their_own_clocks(
    place: Place, host: Callable[[int], Host]
) -> None:
    hosts = host(FAST), host(SLOW)
    for each in hosts:
        each.place.serve("decides_by_own_clock")
    found: set[str] = set()
    for attempt in range(1, 6):
        slug, sent, closes_at = crowds_at_the_close(place, hosts, MARGIN * attempt)
        found = {each.split(":")[0] for each in faults_of_deadline(place, slug, sent, closes_at)}
        if "early" in found:
            break
    assert "early" in found
    report_control("R6", "decides_by_own_clock", f"found {', '.join(sorted(found))}")


def close_and_set_back(place: Place, one: Host) -> tuple[str, list[Sent], datetime, Answer]:
    """Set a fast clock right while the window is open; after the close set it back before it."""
    step, margin = timedelta(seconds=STEP), timedelta(seconds=STEP) + 2 * MARGIN
    while True:
        one.set(STEP)
        slug, closes_at = post_closing_soon(place, margin)
        crowd = Crowd(one.place, slug, SENDERS)
        crowd.start()
        wait_for(lambda crowd=crowd: crowd.acknowledged > SENDERS, "receipts")
        one.set(0)
        if datetime.now(UTC) < closes_at - step:
            break
        # The machine stood still until the fast clock had closed it.
        crowd.finish()
        margin *= 2
    sleep_until(closes_at + MARGIN)
    sent = crowd.finish()
    wait_for(lambda: bulletins(place, slug), "the bulletin")
    since = datetime.now(UTC) - closes_at
    one.set(-round(since.total_seconds()) - STEP)
    return slug, sent, closes_at, late_try(one, slug)


def test_a_clock_that_is_set_back_opens_nothing_again_and_breaks_no_order(
    place: Place, host: Callable[[int], Host]
) -> None:
    one = host(0)
    one.place.serve()
    slug, sent, closes_at, late = close_and_set_back(place, one)
    assert late.status == 403
    assert faults_of_deadline(place, slug, sent, closes_at) == []
    assert faults_of_record(place, slug, [each for each in sent if each.acknowledged]) == []
    stamps = [instant(row.received_at) for row in comments_of(place, slug)]
    assert stamps != sorted(stamps), "the clock was not set back"
    report(
        "R6 clock set back, SQLite",
        "a step of -60 s (CI: -5 s) while open: numbers and log in order, closed stays closed",
        f"{len(stamps)} numbers and leaves without a gap in the order of arrival (the stamps go"
        " back with the clock); set back after the close: refused",
    )


def test_the_drill_finds_out_a_server_that_opens_again(
    place: Place, host: Callable[[int], Host]
) -> None:
    one = host(0)
    one.place.serve("closes_by_the_clock_alone")
    slug, sent, closes_at, late = close_and_set_back(place, one)
    assert late.status == 201
    faults = faults_of_deadline(place, slug, sent, closes_at)
    assert any(each.startswith("missing") for each in faults)
    report_control("R6", "closes_by_the_clock_alone", "found: one more than the bulletin says")
