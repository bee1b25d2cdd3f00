"""What somebody added to words that others sent too. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from participation.campaigns.normalising import signs

ALIKE = 50.0
"""From which share of common signs (percent) a clause is taken for a changed one."""
_CLAUSE = re.compile(r"[^，。；：！？、,.;:!?…\r\n]*[，。；：！？、,.;:!?…\r\n\s]*")


class Part(NamedTuple):
    """A stretch of somebody's words: their own, or of the common text."""

    words: str
    is_own: bool


def own_parts(common: str, words: str) -> list[Part]:
    """`words` in order, cut into what stands anywhere in `common` too and what does not.

    All parts together are `words`. Points and white space go with what is before them.
    """
    theirs = [clause for each in _CLAUSE.findall(common) if (clause := signs(each))]
    whole = "".join(theirs)
    spoken = _CLAUSE.findall(words)
    left = list((Counter(theirs) - Counter(signs(each) for each in spoken)).elements())
    found: list[Part] = []
    for clause in spoken:
        inside = signs(clause)
        if not inside:
            found.append(Part(clause, bool(found) and found[-1].is_own))
        elif inside in whole:
            found.append(Part(clause, is_own=False))
        else:
            partner = process.extractOne(inside, left, scorer=fuzz.ratio, score_cutoff=ALIKE)
            found += _changed(partner[0], clause) if partner else [Part(clause, is_own=True)]
    return joined(found)


def _changed(theirs: str, clause: str) -> list[Part]:
    """The signs of one clause, each marked by whether the other one has it in its order."""
    return [
        Part(clause[step.dest_start : step.dest_end], step.tag != "equal")
        for step in Indel.opcodes(theirs, clause)
        if step.tag != "delete"
    ]


def joined(parts: Iterable[Part]) -> list[Part]:
    """Neighbours of one kind as one part; a lone point between own words is their own."""
    found: list[Part] = []
    for part in parts:
        if not part.words:
            continue
        is_own = part.is_own
        if found and not signs(part.words):
            is_own = found[-1].is_own
        if found and found[-1].is_own == is_own:
            found[-1] = Part(found[-1].words + part.words, is_own)
        else:
            found.append(Part(part.words, is_own))
    return found


def added_signs(parts: Iterable[Part]) -> int:
    """How many letters and digits are the sender's own."""
    return sum(len(signs(part.words)) for part in parts if part.is_own)


Span = tuple[int, int]
"""From where to where in a text, in code points, the end not in it."""


def own_spans(leader: str, others: Sequence[str]) -> list[Span]:
    """Where the typical text says what most of the others do not: its own sender's words.

    Spans in order; none where there are no others.
    """
    missing = [0] * len(leader)
    for other in others:
        at = 0
        for part in own_parts(other, leader):
            if part.is_own:
                for place in range(at, at + len(part.words)):
                    missing[place] += 1
            at += len(part.words)
    spans: list[Span] = []
    for place, count in enumerate(missing):
        if 2 * count <= len(others):
            continue
        if spans and spans[-1][1] == place:
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return spans


def without(leader: str, spans: Sequence[Sequence[int]]) -> str:
    """The common text: the typical one, an ellipsis in the place of its sender's own words."""
    kept, at = [], 0
    for start, end in spans:
        kept += [leader[at:start], "…"]
        at = end
    return "".join([*kept, leader[at:]])
