"""PostgreSQL killed as a whole, and restarted, under load: what was acknowledged is kept."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.checks import faults_of_record
from tests.drills.cluster import Cluster
from tests.drills.crowd import Crowd, Sent
from tests.drills.harness import Place, Starter, size, tomorrow, wait_for
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SENDERS = 6
KILLS, RESTARTS = size(2, 50), size(1, 20)
BETWEEN = size(SENDERS, 200)
"""Receipts between one blow and the next."""
CARELESS_KILLS = 8
"""At most; the first that loses something is enough."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that nobody else uses."""
    made = Cluster(tmp_path_factory.mktemp("runtime"))
    yield made
    made.end()


@pytest.fixture
def house(cluster: Cluster, starter: Starter, tmp_path: Path) -> Iterator[Place]:
    """A place on the cluster's own database, empty but for its people."""
    folder = tmp_path / "place"
    cluster.make_schema(folder)
    made = Place(folder, starter, cluster.url)
    yield made
    made.end_all()


def _more(crowd: Crowd, count: int) -> None:
    before = crowd.acknowledged
    wait_for(lambda: crowd.acknowledged >= before + count, "receipts")


def _statuses(sent: list[Sent]) -> set[int]:
    return {answer.status for each in sent for answer in each.answers}


def test_no_acknowledged_opinion_is_lost_when_the_whole_cluster_is_killed(
    house: Place, cluster: Cluster
) -> None:
    moments = random.Random(KILLS)
    server = house.serve()
    house.settle()
    slug = house.post(tomorrow())
    crowd = Crowd(house, slug, SENDERS)
    crowd.start()
    for _ in range(KILLS):
        _more(crowd, BETWEEN)
        time.sleep(moments.uniform(0, 0.3))
        cluster.kill()
        cluster.start()
    _more(crowd, 1)
    away = 0.0
    for _ in range(RESTARTS):
        _more(crowd, BETWEEN)
        began = time.monotonic()
        cluster.restart()
        _more(crowd, 1)
        away = max(away, time.monotonic() - began)
    sent = crowd.finish()
    assert server.is_alive, "healed without a restart of the platform"
    assert all(each.acknowledged for each in sent)
    assert _statuses(sent) <= {200, 201, 503}, "away is said by 503 and by nothing else"
    assert faults_of_record(house, slug, sent) == []
    refused = sum(answer.status == 503 for each in sent for answer in each.answers)
    report(
        "R3 PostgreSQL killed and restarted",
        "0 acknowledged lost; restarts are told by 503 only, for ≤ 10 s",
        f"{KILLS} kill -9 of the cluster, {RESTARTS} orderly restarts: {crowd.acknowledged} "
        f"acknowledged, 0 lost, {refused} times 503, no other error; away ≤ {away:.1f} s",
    )


def test_the_drill_finds_out_a_cluster_that_answers_before_it_has_written(
    house: Place, cluster: Cluster
) -> None:
    # What is in the processes' memory alone dies with them: nothing else may write it out.
    cluster.set("wal_buffers", "64MB")
    cluster.restart()
    lost: list[str] = []
    kills = 0
    try:
        house.serve()
        house.settle()
        slug = house.post(tomorrow())
        cluster.set("synchronous_commit", "off")
        sent: list[Sent] = []
        while not lost and kills < CARELESS_KILLS:
            cluster.hold_writer()
            crowd = Crowd(house, slug, SENDERS)
            crowd.start()
            _more(crowd, 2 * SENDERS)
            cluster.kill()
            cluster.start()
            kills += 1
            sent += crowd.finish()
            found = faults_of_record(house, slug, sent)
            lost = [each for each in found if each.startswith("lost")]
    finally:
        cluster.reset()
        cluster.restart()
    assert lost
    report_control("R3", "synchronous_commit = off", f"found: lost {len(lost)} in {kills} kills")
