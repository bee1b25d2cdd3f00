"""Figure 8: near-duplicates among many opinions, beside merely reading their signs.

Makes opinions of everyday sentences, a fifth of them near copies in campaigns of very unlike
sizes, groups them inside the process and prints the time for 100,000, what twice as many cost,
and the memory. Usage: python -m tests.bench.campaigns [--total 30000]
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter

from participation.campaigns.grouping import Text, group
from participation.campaigns.normalising import clauses
from participation.campaigns.rules import Side
from tests.bench.measuring import at_most, say
from tests.campaigns.labelled import ADDITIONS, NAMES, TOPICS

SENTENCES = [each for topic in TOPICS for each in topic.others]
LEAST, MOST = 3, 7
SHARE = 5
"""One opinion of so many is a copy of a campaign's."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--total", type=int, default=30_000)
    total: int = parser.parse_args().total
    half, _floor = timed(total // 2)
    whole, floor = timed(total)
    at_most("8 grouping 100,000, s (from the time of this run)", whole * 100_000 / total, 4)
    at_most("8 twice as many ÷ so many, processor time", whole / half, 2.5)
    say(f"grouping ÷ reading the signs: {whole / floor:.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{total:,} opinions, most memory {peak:.0f} MiB")


def timed(total: int) -> tuple[float, float]:
    """The processor seconds of grouping so many opinions, and of reading their signs before."""
    words = opinions(total)
    began = time.process_time()
    counted = Counter(tuple(clauses(each)) for each in words)
    floor = time.process_time() - began
    texts = [Text(each, Side.NEITHER, copies) for each, copies in counted.items()]
    began = time.process_time()
    found = group(texts)
    took = time.process_time() - began
    inside = sum(texts[each.place].copies for one in found for each in one.texts)
    say(f"{total:,} opinions, {len(texts):,} texts: {len(found):,} groups of {inside:,} opinions")
    return took, floor


def opinions(total: int, seed: int = 8) -> list[str]:
    """Opinions of sentences with a number of their own, and copies of campaigns among them."""
    draw = random.Random(seed)
    made = []
    for number in range(total):
        if number % SHARE == 0:
            # The first campaign has by far the most senders.
            text = TOPICS[min(int(draw.expovariate(0.6)), len(TOPICS) - 1)].text
            made.append(f"{text}{draw.choice(('', draw.choice(ADDITIONS)))}{draw.choice(NAMES)}")
        else:
            said = draw.sample(SENTENCES, draw.randint(LEAST, MOST))
            made.append("".join(_own(draw, each) for each in said))
    return made


def _own(draw: random.Random, sentence: str) -> str:
    """A sentence in somebody's own words: a good part of its signs are others."""
    signs = list(sentence)
    for _ in range(len(signs) // 5):
        signs[draw.randrange(len(signs) - 1)] = chr(draw.randint(0x4E00, 0x62FF))
    return "".join(signs)


if __name__ == "__main__":
    main()
