"""R14: more people than the server can serve: whoever is told yes is kept, the others are told.

In the suite the server's writes are slowed down, so that little traffic is too much on any
machine; the full drill floods the server as it is, with thirty times of a busy day's arrivals.
"""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest

from tests.bench.crowd import CLIENTS, mixed_crowd
from tests.bench.measuring import quantile
from tests.drills.asking import HOST
from tests.drills.checks import faults_of_deadline, faults_of_record
from tests.drills.crowd import send
from tests.drills.flood import Flood, flood, seconds_of
from tests.drills.harness import FULL, Place, size, tomorrow, wait_for
from tests.drills.table import report, report_control
from tests.drills.test_deadline import post_closing_soon, sleep_until

pytestmark = pytest.mark.drill

# Two opinions and eight pages a second are a busy day; thirty times as many are the flood.
POSTS, READS = (60, 240) if FULL else (40, 20)
SECONDS = size(8, 600)
TURNED_AWAY = {429, 503}
SILENT = 1_100
FULL_HOUSE = "reached the connection limit"
LONGEST_ACCEPTED = 2.0
"""What the figure asks of the accepted ones' 95th hundredth, in seconds."""


def faults_of_flood(found: Flood) -> list[str]:
    """Nobody is left without an answer, and whoever is turned away is told when to come again."""
    faults = [f"unanswered: {found.unanswered}"] if found.unanswered else []
    for each in [*found.refused, *(page for page in found.pages if page.status != 200)]:
        if each.status not in TURNED_AWAY:
            faults.append(f"status: {each.status}")
        elif not each.headers.get("Retry-After", "").isdigit():
            faults.append(f"no Retry-After: {each.status}")
    return faults


def served_again(place: Place, slug: str) -> bool:
    """Whether an opinion is taken now."""
    with place.calling() as caller:
        return send(caller, slug, "after-the-flood", "灯修好了。").status in (200, 201)


def test_a_flood_is_answered_kept_or_told_to_come_again(place: Place) -> None:
    server = place.serve("" if FULL else "writes_slowly")
    slug = place.post(tomorrow())
    found = flood(place.port, slug, SECONDS, posts=POSTS, reads=READS)
    assert server.is_alive
    assert faults_of_flood(found) == []
    assert faults_of_record(place, slug, found.sent) == []
    assert found.acknowledged
    assert found.refused, "it was no flood: nothing was shown"
    assert [each.status for each in found.pages].count(200) >= 0.99 * len(found.pages)
    wait_for(lambda: served_again(place, slug), "an opinion to be taken after the flood")
    waits = [seconds_of(each) for each in found.acknowledged]
    report(
        "R14 flash crowd",
        f"{POSTS} posts and {READS} reads a second for {SECONDS} s: kept or told, p95 ≤ 2 s",
        f"{len(found.acknowledged)} kept, {len(found.refused)} told to come again, 0 lost; "
        f"accepted p95 {quantile(waits, 0.95):.2f} s; pages "
        f"p95 {quantile([seconds_of(each) for each in found.pages], 0.95):.2f} s",
    )


@pytest.mark.skipif(FULL, reason="the machine's own speed decides there")
def test_the_drill_finds_out_a_server_that_lets_everybody_wait(place: Place) -> None:
    """The same flood: what is told after a second here waits for all before it there."""
    place.serve("writes_slowly_without_limit")
    slug = place.post(tomorrow())
    found = flood(place.port, slug, SECONDS, posts=POSTS, reads=READS)
    waits = [seconds_of(each) for each in found.acknowledged]
    assert not found.refused
    assert max(waits) > 3 * LONGEST_ACCEPTED
    report_control("R14", "no limit to the line", f"the longest wait is {max(waits):.0f} s")


@contextmanager
def silent_connections(place: Place, count: int) -> Iterator[None]:
    """Connections that ask for nothing; the last of them may wait for a place."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(2 * count, hard)), hard))
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            with suppress(OSError):
                opened.append(socket.create_connection((HOST, place.port), 10))
        yield
    finally:
        for each in opened:
            each.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_connections_that_say_nothing_do_not_end_the_server(place: Place) -> None:
    server = place.serve()
    with silent_connections(place, SILENT):
        wait_for(lambda: FULL_HOUSE in place.log("server.log"), "all places to be taken")
        assert server.is_alive
    place.wait_until_served(server)
    report(
        "R14 silent connections",
        f"{SILENT} at once: the server lives and answers when they have gone",
        "it lived and answered",
    )


def test_the_drill_finds_out_a_server_that_a_thousand_connections_end(place: Place) -> None:
    server = place.serve("selects")
    with silent_connections(place, SILENT):
        wait_for(lambda: not server.is_alive, "the server to end")
    assert "out of range in select" in place.log("server.log")
    report_control("R14", "connections waited for by select(2)", "the server ended")


@pytest.mark.both_databases
def test_the_crowd_at_the_close_sees_no_error_and_everybody_in_time_is_kept(place: Place) -> None:
    """Figure 10 of performance.md; how fast it is says tests/bench/crowd.py."""
    place.serve()
    before = timedelta(seconds=size(4, 54))
    slug, closes_at = post_closing_soon(place, before)
    sleep_until(closes_at - before)
    found = mixed_crowd(place, slug, closes_at + timedelta(seconds=size(1, 6)))
    wait_for(
        lambda: "bulletin: 0 of them" not in faults_of_deadline(place, slug, [], closes_at),
        "the bulletin",
    )
    assert found.errors == []
    # Beside other tests the line may be too long for a moment; whoever hears so has no receipt.
    assert len(found.turned_away) <= (0 if FULL else 0.05 * len(found.sent))
    assert faults_of_record(place, slug, found.sent) == []
    assert faults_of_deadline(place, slug, found.sent, closes_at) == []
    kept = sum(1 for each in found.sent if each.acknowledged)
    assert 0 < kept < len(found.sent), "the window was not closed meanwhile"
    report(
        "R14 crowd at the close",
        f"{CLIENTS} clients, 90 % reads: no error, nothing acknowledged lost, nothing late taken",
        f"{len(found.pages)} pages, {kept} of {len(found.sent)} opinions in time,"
        f" {len(found.turned_away)} told to come again; 0 faults",
    )
