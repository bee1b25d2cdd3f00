"""Putting near copies together: each text beside the most typical one that it is like. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from participation.campaigns.opposing import are_opposed
from participation.campaigns.rules import LEAST_SIGNS, THRESHOLD, Side
from participation.campaigns.sketching import BANDS, GRAM, band_keys

if TYPE_CHECKING:
    from participation.campaigns.sketching import Array


class Text(NamedTuple):
    """Words that came once or more often: as `normalising.clauses`, with what their senders want.

    `copies` is how many opinions say exactly this.
    """

    clauses: tuple[str, ...]
    side: Side
    copies: int = 1

    @property
    def signs(self) -> str:
        return "".join(self.clauses)


class Alike(NamedTuple):
    """A text of a group: its place among the texts given, and its resemblance to the typical one.

    `resemblance` is the exact share of common sign triples (Jaccard), 1.0 for the typical one.
    """

    place: int
    resemblance: float


@dataclass(frozen=True)
class Group:
    """Texts that are alike, the most typical one first."""

    texts: list[Alike] = field(default_factory=list)

    @property
    def leader(self) -> int:
        """The place of the most typical text."""
        return self.texts[0].place


def group(texts: Sequence[Text]) -> list[Group]:
    """The groups of texts that at least two opinions say, however the texts are ordered.

    Texts shorter than `LEAST_SIGNS` are in none. The text that meets the most others comes first
    and takes all that resemble it by `THRESHOLD` or more and do not oppose it; then the next one
    among those that are left. So every text of a group was compared with the one that stands for
    the group. Texts of the same signs and side must have been put together before.
    """
    long = [place for place, each in enumerate(texts) if len(each.signs) >= LEAST_SIGNS]
    if not long:
        return []
    meeting = _Meeting(texts, long)
    return [found for found in meeting.groups() if _opinions(texts, found) > 1]


def _opinions(texts: Sequence[Text], found: Group) -> int:
    return sum(texts[each.place].copies for each in found.texts)


def grams(signs: str) -> set[str]:
    """The sign triples of a text."""
    return {signs[at : at + GRAM] for at in range(len(signs) - GRAM + 1)}


def resemblance(one: set[str], other: set[str]) -> float:
    """The share of common triples among all (Jaccard 1901): 0.0 to 1.0."""
    common = len(one & other)
    return common / (len(one) + len(other) - common)


class _Meeting:
    """The texts that share a band with another one, and who meets whom."""

    def __init__(self, texts: Sequence[Text], long: Sequence[int]) -> None:
        import numpy as np

        self.texts = texts
        keys = band_keys((texts[place].signs for place in long), len(long))
        copies = np.array([texts[place].copies for place in long])
        weights = self._weights(keys, copies)
        meets = weights > copies * BANDS
        self.alone = [long[at] for at in np.flatnonzero(~meets & (copies > 1)).tolist()]
        kept = np.flatnonzero(meets)
        self.places = [long[at] for at in kept.tolist()]
        order = sorted(range(len(kept)), key=self._typical(weights[kept].tolist()))
        self.order = order
        self.rank = dict(zip(order, range(len(order)), strict=True))
        self.bands = [_Band(keys[kept, band]) for band in range(BANDS if len(kept) else 0)]
        self.free = np.ones(len(kept), dtype=bool)

    @staticmethod
    def _weights(keys: Array, copies: Array) -> Array:
        """How many opinions each text meets, counted in every band."""
        import numpy as np

        weights = np.zeros(len(copies), dtype=np.int64)
        for band in range(BANDS):
            _, bucket = np.unique(keys[:, band], return_inverse=True)
            held = np.bincount(bucket, weights=copies).astype(np.int64)
            weights += held[bucket]
        return weights

    def groups(self) -> Iterator[Group]:
        """Group after group, the most typical texts first, whatever order they were given in."""
        for at in self.order:
            if self.free[at]:
                yield self._gather(at)
        for place in self.alone:
            yield Group([Alike(place, 1.0)])

    def _typical(self, weights: Sequence[int]) -> Callable[[int], tuple[Any, ...]]:
        def key(at: int) -> tuple[Any, ...]:
            text = self.texts[self.places[at]]
            signs = text.signs
            return -weights[at], -text.copies, len(signs), signs, text.side

        return key

    def _gather(self, leader: int) -> Group:
        self.free[leader] = False
        text = self.texts[self.places[leader]]
        ours, side = grams(text.signs), text.side
        found = [Alike(self.places[leader], 1.0)]
        for at in sorted(self._candidates(leader), key=self.rank.__getitem__):
            other = self.texts[self.places[at]]
            if not side.goes_with(other.side):
                continue
            theirs = grams(other.signs)
            alike = resemblance(ours, theirs)
            if alike < THRESHOLD or are_opposed(text.clauses, other.clauses):
                continue
            self.free[at] = False
            # A leader that only suggests takes the side of the first that has one.
            side = other.side if side is Side.NEITHER else side
            found.append(Alike(self.places[at], alike))
        return Group(found)

    def _candidates(self, leader: int) -> list[int]:
        import numpy as np

        met = np.unique(np.concatenate([each.beside(leader) for each in self.bands]))
        return met[self.free[met]].tolist()


class _Band:
    """One column of keys: which texts have the same key as a given one."""

    def __init__(self, keys: Array) -> None:
        import numpy as np

        _, bucket, counts = np.unique(keys, return_inverse=True, return_counts=True)
        self.bucket = bucket.astype(np.int32)
        self.order = np.argsort(self.bucket, kind="stable").astype(np.int32)
        self.ends = np.cumsum(counts)

    def beside(self, at: int) -> Array:
        bucket = self.bucket[at]
        return self.order[self.ends[bucket - 1] if bucket else 0 : self.ends[bucket]]
