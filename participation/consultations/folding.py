"""A comparison laid out to be read: headings, what changed, and what did not in folds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from participation.consultations.comparing import HEADINGS, Change, Pair, normal

LEAF_CHARACTERS = 18_000
"""How many characters of both texts stand on one page, so that an old phone can load it."""

_FOLDED = {Change.SAME, Change.MOVED}


@dataclass(frozen=True, slots=True)
class Row:
    """A heading, one article that changed, or several in turn that did not; `kind` says which."""

    kind: str
    pairs: tuple[Pair, ...]

    @property
    def pair(self) -> Pair:
        return self.pairs[0]

    @property
    def change(self) -> Change:
        return self.pairs[0].change

    def labels(self, side: str) -> tuple[str, str]:
        """The first and last label of a fold, on the side `old` or `new`."""
        ends = (getattr(self.pairs[0], side), getattr(self.pairs[-1], side))
        return ends[0].label, ends[1].label


def leaves_of(pairs: Iterable[Pair]) -> list[list[Row]]:
    """The rows in order, in leaves; a leaf begins with an article or a heading."""
    leaves: list[list[Pair]] = [[]]
    length = 0
    for pair in pairs:
        before = leaves[-1][-1] if leaves[-1] else None
        if length > LEAF_CHARACTERS and before and before.unit.kind not in HEADINGS:
            leaves.append([])
            length = 0
        leaves[-1].append(pair)
        length += _length(pair)
    return [_rows(leaf) for leaf in leaves]


def _length(pair: Pair) -> int:
    """How many characters are shown: what did not change stands there once."""
    words = len(pair.unit.words) + 40
    if pair.change is Change.CHANGED and pair.old is not None:
        words += len(pair.old.words) + 200
    return words


def _rows(pairs: Sequence[Pair]) -> list[Row]:
    rows: list[Row] = []
    for (kind, _change), run in groupby(pairs, key=_sort):
        together = tuple(run)
        if kind == "fold":
            rows.append(Row(kind, together))
        else:
            rows += (Row(kind, (each,)) for each in together)
    return rows


def _sort(pair: Pair) -> tuple[str, str]:
    if pair.unit.kind in HEADINGS:
        return "heading", ""
    if pair.change in _FOLDED:
        return "fold", pair.change.value
    return "pair", ""


def is_renamed(pair: Pair) -> bool:
    """Whether the words stand at another number than before."""
    return (
        pair.old is not None
        and pair.new is not None
        and normal(pair.old.label) != normal(pair.new.label)
    )
