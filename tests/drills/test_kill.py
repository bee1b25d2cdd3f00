"""kill -9 of the server under load: what was acknowledged is kept, once, in its order."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import pytest

from tests.drills.checks import faults_of_record
from tests.drills.crowd import Crowd, Sent
from tests.drills.harness import Place, size, tomorrow, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SENDERS = 6
SHARE = size(2, 255)
"""How many receipts are given between two kills, at least; 200 kills make 50,000 of them."""


@dataclass(frozen=True)
class Killed:
    """What was sent to a consultation while its server was killed, and the longest way back."""

    slug: str
    sent: list[Sent]
    longest: float


def kill_again_and_again(place: Place, times: int, fault: str = "", share: int = SHARE) -> Killed:
    """Kill the server `times` times under load and restart it."""
    moments = random.Random(times)
    server = place.serve(fault)
    slug = place.post(tomorrow())
    crowd = Crowd(place, slug, SENDERS)
    crowd.start()
    longest = 0.0
    for _ in range(times):
        before = crowd.acknowledged
        wait_for(lambda seen=before: crowd.acknowledged >= seen + share, "receipts")
        time.sleep(moments.uniform(0, 0.25))
        server.kill()
        killed_at = time.monotonic()
        server = place.serve(fault)
        longest = max(longest, time.monotonic() - killed_at)
    sent = crowd.finish()
    assert all(each.acknowledged for each in sent), "somebody never got a receipt"
    return Killed(slug, sent, longest)


@pytest.mark.both_databases
def test_no_acknowledged_opinion_is_lost_or_doubled_when_the_server_is_killed(
    place: Place,
) -> None:
    kills = size(5, 50) if place.database_url else size(40, 200)
    killed = kill_again_and_again(place, kills)
    assert faults_of_record(place, killed.slug, killed.sent) == []
    assert len(killed.sent) >= SHARE * kills
    report(
        f"R1 kill -9, {'PostgreSQL' if place.database_url else 'SQLite'}",
        "200 kills, ≥ 50,000 acknowledged (CI: 40 kills): 0 lost, 0 doubled, 0 gaps in the log",
        f"{kills} kills, {len(killed.sent)} acknowledged: 0 lost, 0 doubled, 0 gaps;"
        f" answering again after ≤ {killed.longest:.1f} s",
    )


@pytest.mark.parametrize(
    ("fault", "found"),
    [("acknowledges_early", "lost"), ("forgets_keys", "doubled"), ("records_later", "log: number")],
)
def test_the_drill_finds_out_a_server_that_loses_doubles_or_records_later(
    place: Place, fault: str, found: str
) -> None:
    kills = size(4, 12)
    killed = kill_again_and_again(place, kills, fault, share=2)
    faults = [
        each for each in faults_of_record(place, killed.slug, killed.sent) if each.startswith(found)
    ]
    assert faults
    report_control("R1", fault, f"found {len(faults)} faults ({found}) in {kills} kills")
