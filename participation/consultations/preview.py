"""A read draft line by line, each warning at the line it is about; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.consultations.queries import ClauseRow
from participation.kernel.verdict import Verdict, no


@dataclass
class PreviewLine:
    """A clause with the warnings about it; without a clause those above the first one."""

    clause: ClauseRow | None
    warnings: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class Notice:
    """A warning of the reader: its line in the file and its sentence."""

    line: int
    code: str
    verdict: Verdict


def notices(warnings: Sequence[Mapping[str, Any]]) -> list[Notice]:
    """Stored warnings as values, in the order of their lines."""
    found = [Notice(w["line"], w["code"], no(w["message"], **w["params"])) for w in warnings]
    return sorted(found, key=lambda notice: notice.line)


def annotated(clauses: Sequence[ClauseRow], warnings: Sequence[Notice]) -> list[PreviewLine]:
    """The clauses in order; a warning stands with the last clause that begins at or above it."""
    lines = [PreviewLine(None), *(PreviewLine(clause) for clause in clauses)]
    starts: list[int] = []
    for clause in clauses:
        # Lines never run backwards for a reader, whatever a clause's own number says.
        starts.append(max(clause.line, starts[-1] if starts else 0))
    for each in warnings:
        lines[_place(starts, each.line)].warnings.append(each)
    return lines if lines[0].warnings else lines[1:]


def _place(starts: Sequence[int], line: int) -> int:
    """The place (from 1; 0 for none) of the first clause on this line, else of the one above."""
    place = bisect_right(starts, line)
    while place > 1 and starts[place - 2] == starts[place - 1] == line:
        place -= 1
    return place


def counted(clauses: Sequence[ClauseRow]) -> Counter[str]:
    """How many clauses there are of each kind."""
    return Counter(clause.kind for clause in clauses)
