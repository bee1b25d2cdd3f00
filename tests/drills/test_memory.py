"""What the server holds in memory: bounded, and no more after the same load once more."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.drills.crowd import send
from tests.drills.harness import Place, size, tomorrow

pytestmark = pytest.mark.drill

MEBIBYTE = 1024 * 1024
MOST = 200 * MEBIBYTE
MOST_GROWTH = 1.10
CLIENTS = 4
# Each round makes its page anew; the page cache is full well before the first load ends.
ROUNDS = size(60, 2_000)


def load(place: Place, slug: str) -> None:
    """People who read the consultation and its opinions, and send one, again and again."""

    def one_client(_number: int) -> None:
        with place.calling() as caller:
            for _ in range(ROUNDS):
                key = uuid.uuid4().hex
                assert send(caller, slug, key, "请把桥头的灯修好。" * 20).status == 201
                for page in ("", "/comments", "/draft", "/comment"):
                    assert caller.get(f"/consultations/{slug}{page}").status == 200

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(one_client, range(CLIENTS)))


def test_the_server_stays_within_its_memory_under_the_same_load_twice(place: Place) -> None:
    server = place.serve()
    slug = place.post(tomorrow())
    load(place, slug)
    first = server.memory
    load(place, slug)
    second = server.memory
    assert max(first, second) <= MOST
    assert second <= first * MOST_GROWTH
