"""Figure 9, for information: the seconds of a cold start and what the server then holds in memory.

Usage: python -m tests.bench.start [--times 5]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

import psutil

from tests.bench.measuring import a_place, at_most, median, say
from tests.drills.asking import Caller
from tests.drills.harness import ROOT, Place, wait_for

MEBIBYTE = 1024 * 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with a_place() as place:
        found = [start(place) for _ in range(given.times)]
    say("python app.py on an installed instance, to its first answer:")
    at_most("seconds, median", median([each[0] for each in found]), 1)
    at_most("processor seconds, median", median([each[1] for each in found]), 1)
    at_most("memory, MiB", max(each[2] for each in found), 200)


def start(place: Place) -> tuple[float, float, float]:
    """Start the program anew: seconds and processor seconds to the first answer, MiB held."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=place.env, stdout=subprocess.DEVNULL
    )
    with place.calling() as caller:
        wait_for(lambda: answers(caller), "the server")
        seconds = time.perf_counter() - began
        seen = psutil.Process(process.pid)
        spent = seen.cpu_times()
        held = seen.memory_info().rss
    process.terminate()
    process.wait()
    return seconds, spent.user + spent.system, held / MEBIBYTE


def answers(caller: Caller) -> bool:
    """Whether the server answers yet."""
    try:
        return caller.get("/healthz").status == 200
    except OSError:
        return False


if __name__ == "__main__":
    main()
