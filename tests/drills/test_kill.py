"""kill -9 of the server under load: what was acknowledged is kept, once, in its order."""

from __future__ import annotations

import random
import time

import pytest

from tests.drills.checks import faults_of_record
from tests.drills.crowd import Crowd, Sent
from tests.drills.harness import Place, size, tomorrow, wait_for

pytestmark = pytest.mark.drill

SENDERS = 6


def kill_again_and_again(place: Place, times: int, fault: str = "") -> tuple[str, list[Sent]]:
    """Kill the server `times` times under load and restart it; the slug and all that was sent."""
    moments = random.Random(times)
    server = place.serve(fault)
    slug = place.post(tomorrow())
    crowd = Crowd(place, slug, SENDERS)
    crowd.start()
    for _ in range(times):
        before = crowd.acknowledged
        wait_for(lambda seen=before: crowd.acknowledged > seen + 1, "receipts")
        time.sleep(moments.uniform(0, 0.25))
        server.kill()
        server = place.serve(fault)
    sent = crowd.finish()
    assert all(each.acknowledged for each in sent), "somebody never got a receipt"
    return slug, sent


@pytest.mark.both_databases
def test_no_acknowledged_opinion_is_lost_or_doubled_when_the_server_is_killed(
    place: Place,
) -> None:
    kills = size(10, 50) if place.database_url else size(40, 200)
    slug, sent = kill_again_and_again(place, kills)
    assert faults_of_record(place, slug, sent) == []
    assert len(sent) >= 2 * kills


@pytest.mark.parametrize(
    ("fault", "found"),
    [("acknowledges_early", "lost"), ("forgets_keys", "doubled"), ("records_later", "log: number")],
)
def test_the_drill_finds_out_a_server_that_loses_doubles_or_records_later(
    place: Place, fault: str, found: str
) -> None:
    slug, sent = kill_again_and_again(place, 6, fault)
    faults = faults_of_record(place, slug, sent)
    assert any(each.startswith(found) for each in faults)
