"""Figures 4 and 5: what a page costs beside a bare one, and that it costs no more with many.

Usage: python -m tests.bench.pages [--seconds 5] [--rounds 4] [--million]
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable

from participation.comments.queries import by_number
from participation.consultations.queries import by_slug
from participation.kernel.paging import Cursor
from tests.bench.filling import fill
from tests.bench.measuring import (
    a_place,
    an_open_consultation,
    at_least,
    at_most,
    busily,
    inside,
    median,
    reading,
    say,
)
from tests.drills.harness import Place, Program, free_port

FEW, MANY, MILLION = 56, 100_000, 1_000_000
"""56 sent are 51 shown: a whole page of fifty and the link to the next."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--million", action="store_true", help="the last page of 1,000,000, too")
    given = parser.parse_args()
    with a_place() as place:
        few, many = filled(place, FEW), filled(place, MANY)
        million = filled(place, MILLION) if given.million else ""
        last = last_page(place, million) if million else ""
        server = place.serve()
        floor_place, floor = served_floor(place)
        against_the_floor(place, server, floor_place, floor, few, given)
        few_and_many(place, server, few, {"100,000": many}, given)
        if last:
            few_and_many(place, server, few, {"the last of 1,000,000": last}, given)


def filled(place: Place, total: int) -> str:
    """The path of the opinions of a new consultation with so many."""
    with inside(place):
        found = an_open_consultation()
        fill(found, total)
        return f"/consultations/{found.slug}/comments"


def last_page(place: Place, path: str) -> str:
    """The path of the last page of fifty."""
    with inside(place):
        consultation_id = by_slug(path.split("/")[2]).id
        row = by_number(consultation_id, 51)
        assert row.published_at is not None
        return f"{path}?after={Cursor(row.published_at, row.id)}"


def served_floor(place: Place) -> tuple[Place, Program]:
    """The bare page, served."""
    floor_place = Place(place.folder, place.starter, port=free_port(), started=place.started)
    program = floor_place.start(["tests/bench/floor.py"], "floor.log")
    floor_place.wait_until_served(program, "floor.log")
    return floor_place, program


def against_the_floor(
    place: Place,
    server: Program,
    floor_place: Place,
    floor: Program,
    path: str,
    given: argparse.Namespace,
) -> None:
    """Figure 4, by the server's processor time for one answer and by answers a second."""
    anew = fresh(path)
    ratios: dict[str, list[float]] = {}
    for _ in range(given.rounds):
        bare = busily(floor_place, floor, reading("/page"), given.seconds)
        for name, act in (("uncached", reading(anew)), ("cached", reading(path))):
            found = busily(place, server, act, given.seconds)
            ratios.setdefault(f"{name}, processor time", []).append(bare.work / found.work)
            ratios.setdefault(f"{name}, answers a second", []).append(found.rate / bare.rate)
    say(f"page with 50 opinions ÷ bare page of 30 KB ({bare.rate:.0f}/s), 4 clients:")
    for name, found in ratios.items():
        at_least(name, median(found), 0.12 if name.startswith("uncached") else 0.4)


def few_and_many(
    place: Place,
    server: Program,
    few: str,
    others: dict[str, str],
    given: argparse.Namespace,
) -> None:
    """Figure 5: the same page behind many opinions, one client, uncached."""
    for name, path in others.items():
        ratios = []
        for _ in range(given.rounds):
            small = busily(place, server, reading(fresh(few)), given.seconds / 2, clients=1)
            large = busily(place, server, reading(fresh(path)), given.seconds / 2, clients=1)
            ratios.append(median(large.all_waits) / median(small.all_waits))
        say(f"latency with {name} ÷ with 50 ({median(small.all_waits) * 1000:.1f} ms):")
        at_most("median of medians", median(ratios), 1.2)


_numbers = itertools.count()


def fresh(path: str) -> Callable[[], str]:
    """A function giving the path with something new at its end, so that no cache knows it."""
    sign = "&" if "?" in path else "?"
    return lambda: f"{path}{sign}n={next(_numbers)}"


if __name__ == "__main__":
    main()
