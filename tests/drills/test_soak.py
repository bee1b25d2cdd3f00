"""R19: the server under load for a long time: memory, file handles and write-ahead log stay flat.

In the suite the caches are small, so that they are full within seconds, and what is judged is what
each request leaves behind; the full drill soaks the server as it is for half an hour and judges
the slope.
"""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.drills.crowd import send
from tests.drills.harness import FULL, Place, Program, size, tomorrow
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

SECONDS = size(16, 30 * 60)
CLIENTS = 3
PAUSE = 0.5
MEBIBYTE = 1024 * 1024
MOST_WAL = 64 * MEBIBYTE
MOST_SLOPE = 0.5
"""MiB a minute, over the second half of the full drill."""
MOST_LEFT = 10 * 1024
"""Bytes that a request may leave behind, over the second half of the short one."""
SPARE_HANDLES = 8


@dataclass(frozen=True)
class Sample:
    """What was held at a moment, and how many requests had been answered by then."""

    at: float
    memory: int
    handles: int
    wal: int
    requests: int


def soak(place: Place, server: Program, slug: str, seconds: float) -> list[Sample]:
    """Load the server with everything people do, and look at it twice a second."""
    until, counts = time.monotonic() + seconds, [0] * CLIENTS

    def one(number: int) -> None:
        with place.calling() as caller:
            while time.monotonic() < until:
                key = uuid.uuid4().hex
                receipt = send(caller, slug, key, "桥头的灯太暗，请换亮一些。" * 10).json["receipt"]
                own = f"/consultations/{slug}"
                for path in (own, f"{own}/comments", f"{own}/draft", f"{own}/comment?n={key}", "/"):
                    assert caller.get(path).status == 200, path
                assert caller.get(f"/receipt/{receipt}").status == 200
                assert caller.get(f"/api/v1/receipts/{receipt}").status == 200
                assert caller.get(f"/nowhere/{key}").status == 404
                counts[number] += 9

    samples: list[Sample] = []
    wal = place.folder / "participation.db-wal"
    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(one, number) for number in range(CLIENTS)]
        while time.monotonic() < until:
            size_of_wal = wal.stat().st_size if wal.exists() else 0
            samples.append(
                Sample(time.monotonic(), server.memory, server.handles, size_of_wal, sum(counts))
            )
            time.sleep(PAUSE)
        for each in working:
            each.result()
    return samples


def slope(samples: list[Sample], *, by_requests: bool) -> float:
    """Bytes a second, or a request: the line nearest to the second half of the samples."""
    late = samples[len(samples) // 2 :]
    xs = [float(each.requests if by_requests else each.at) for each in late]
    ys = [each.memory for each in late]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    if not spread:
        return 0.0
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread


def faults_of_soak(samples: list[Sample]) -> list[str]:
    """What did not stay flat."""
    faults = []
    left = slope(samples, by_requests=True)
    a_minute = slope(samples, by_requests=False) * 60 / MEBIBYTE
    if FULL and a_minute > MOST_SLOPE:
        faults.append(f"memory: {a_minute:.2f} MiB a minute")
    if not FULL and left > MOST_LEFT:
        faults.append(f"memory: each request leaves {left:.0f} bytes")
    half = len(samples) // 2
    early, late = (max(each.handles for each in part) for part in (samples[:half], samples[half:]))
    if late > early + SPARE_HANDLES:
        faults.append(f"handles: {early}, later {late}")
    if (most := max(each.wal for each in samples)) > MOST_WAL:
        faults.append(f"log: {most // MEBIBYTE} MiB")
    return faults


def test_a_long_load_leaves_nothing_behind(place: Place) -> None:
    server = place.serve("" if FULL else "small_caches")
    slug = place.post(tomorrow())
    samples = soak(place, server, slug, SECONDS)
    assert faults_of_soak(samples) == []
    a_minute = slope(samples, by_requests=False) * 60 / MEBIBYTE
    report(
        "R19 soak",
        "30 min: memory ≤ 0.5 MiB/min, file handles flat, write-ahead log ≤ 64 MiB",
        f"{SECONDS} s, {samples[-1].requests} requests: {a_minute:+.2f} MiB/min"
        f" ({slope(samples, by_requests=True):+.0f} bytes a request), memory"
        f" {samples[-1].memory // MEBIBYTE} MiB, {samples[-1].handles} handles, log"
        f" {max(each.wal for each in samples) / MEBIBYTE:.1f} MiB",
    )


@pytest.mark.skipif(FULL, reason="found within seconds or never")
def test_the_drill_finds_out_a_server_that_keeps_every_request(place: Place) -> None:
    server = place.serve("keeps_every_request")
    slug = place.post(tomorrow())
    # On a busy machine few requests are answered in a while: it goes on until they are enough.
    for _ in range(6):
        samples = soak(place, server, slug, SECONDS / 2)
        found = [each for each in faults_of_soak(samples) if each.startswith("memory")]
        if found:
            break
    assert found, slope(samples, by_requests=True)
    report_control("R19", "every request kept in a list", found[0])
