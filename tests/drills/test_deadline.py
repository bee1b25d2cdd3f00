"""The close, to the second, over HTTP: nobody late gets in, nobody early is turned away."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.drills.checks import comments_of, faults_of_deadline, rows
from tests.drills.crowd import Crowd, Sent, send
from tests.drills.harness import Place, RefusedCommandError, size, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SENDERS = 8
MARGIN = timedelta(seconds=2)
CLOSES, POSTS = size(1, 20), size(1, 10_000)


def crowd_at_the_close(
    place: Place, margin: timedelta = MARGIN
) -> tuple[str, list[Sent], datetime]:
    """Post a draft that closes in seconds; send from the margin before to the margin after it."""
    slug, closes_at = post_closing_soon(place, margin)
    crowd = Crowd(place, slug, SENDERS, insist=False)
    sleep_until(closes_at - margin)
    crowd.start()
    sleep_until(closes_at + MARGIN)
    sent = crowd.finish()
    wait_for(
        lambda: rows(
            place,
            "SELECT 1 FROM bulletin b JOIN consultation k ON k.id = b.consultation_id"
            " WHERE k.slug = :slug",
            slug=slug,
        ),
        "the bulletin",
    )
    return slug, sent, closes_at


def post_closing_soon(place: Place, margin: timedelta) -> tuple[str, datetime]:
    """A consultation that closes in a few seconds, more where the machine is slow."""
    seconds = 4
    while True:
        closes_at = datetime.now(UTC).replace(microsecond=0) + margin + timedelta(seconds=seconds)
        try:
            slug = place.post(closes_at)
        except RefusedCommandError:
            slug = ""
        if slug and datetime.now(UTC) < closes_at - margin:
            return slug, closes_at
        seconds *= 2
        assert seconds < 300, "posting takes minutes"


def sleep_until(instant: datetime) -> None:
    """Sleep until an instant of the machine's clock."""
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))


def busy_close(place: Place) -> tuple[str, list[Sent], datetime]:
    """A close around which somebody was in time and somebody was late; others show nothing.

    Where the machine stood still for the two seconds before a close, another is made.
    """
    for attempt in range(1, 6):
        slug, sent, closes_at = crowd_at_the_close(place, MARGIN * attempt)
        if any(each.acknowledged for each in sent) and any(each.refused for each in sent):
            return slug, sent, closes_at
    pytest.fail("nobody was in time, or nobody late, at five closes: nothing was shown")


@pytest.mark.both_databases
def test_the_deadline_is_kept_to_the_instant_and_the_bulletin_counts_whoever_was_in_time(
    place: Place,
) -> None:
    place.serve()
    closes = posts = kept = 0
    while closes < CLOSES or (posts < POSTS and closes < 4 * CLOSES):
        slug, sent, closes_at = busy_close(place)
        accepted = [each for each in sent if each.acknowledged]
        closes, posts, kept = closes + 1, posts + around(sent, closes_at), kept + len(accepted)
        # Who comes while the server is far behind (503) is neither in nor refused.
        assert {answer.status for each in sent for answer in each.answers} <= {201, 403, 503}
        assert faults_of_deadline(place, slug, sent, closes_at) == []
        assert len(comments_of(place, slug)) == len(accepted)
        with place.calling() as caller:
            result = caller.get(f"/api/v1/consultations/{slug}/adoption").json
            assert result["received"] == sum(result["outcomes"].values()) == len(accepted)
            # A form in time that is sent again afterwards still finds its receipt.
            again = send(caller, slug, accepted[0].key, accepted[0].body)
            assert (again.status, again.json) == (200, accepted[0].acknowledged[0].json)
    assert posts >= POSTS
    report(
        f"R5 deadline, {'PostgreSQL' if place.database_url else 'SQLite'}",
        "20 closings, ≥ 10,000 posts within ±2 s (CI: 1 closing):"
        " 0 late accepted, 0 early refused, 0 missing from the bulletin",
        f"{closes} closings, {posts} posts within ±2 s, {kept} accepted: 0, 0, 0",
    )


def around(sent: list[Sent], closes_at: datetime) -> int:
    """How many posts were answered that were sent within two seconds of a close."""
    return sum(
        abs(answer.began_at - closes_at) <= MARGIN for each in sent for answer in each.answers
    )


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("reads_clock_at_arrival", "missing"),
        ("checks_then_stores", "late"),
        ("closes_early", "early"),
    ],
)
def test_the_drill_finds_out_a_server_that_keeps_another_deadline(
    place: Place, fault: str, found: str
) -> None:
    place.serve(fault)
    # One request that arrives before the close is enough; a machine may stand still for seconds.
    for attempt in range(1, 6):
        slug, sent, closes_at = crowd_at_the_close(place, MARGIN * attempt)
        faults = [
            each
            for each in faults_of_deadline(place, slug, sent, closes_at)
            if each.startswith(found)
        ]
        if faults:
            report_control("R5", fault, f"found {len(faults)} ({found}) at close {attempt}")
            return
    pytest.fail(f"{fault} was never found out")
