"""Sketches of texts by which near copies meet: MinHash of sign triples, cut into bands.

Broder, "On the resemblance and containment of documents" (1997); Indyk and Motwani (1998) for the
bands. The numbers that mix the triples are fixed, so that the same texts give the same sketches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Array = ndarray[Any, Any]

GRAM = 3
"""How many signs in a row are compared as one."""
BANDS, ROWS = 24, 4
"""Two texts of resemblance 0.6 meet in one band or more with probability 0.964."""
_PIECE = 1_000
_SEED = 20_261_122


def band_keys(texts: Iterable[str], count: int) -> Array:
    """A matrix of 64-bit keys, a row for each of `count` texts, a column for each band.

    Texts that are alike share keys of some columns. A text needs at least `GRAM` signs. Takes
    200 bytes and some 60 µs for a text of 100 signs.
    """
    import numpy as np

    factors, offsets = _mixers()
    keys = np.empty((count, BANDS), dtype=np.uint64)
    done, source = 0, iter(texts)
    while piece := list(islice(source, _PIECE)):
        grams, starts = _grams(piece)
        lowest = np.empty((BANDS * ROWS, len(piece)), dtype=np.uint32)
        mixed = np.empty_like(grams)
        for place in range(BANDS * ROWS):
            np.multiply(grams, factors[place], out=mixed)
            np.add(mixed, offsets[place], out=mixed)
            np.minimum.reduceat(mixed, starts, out=lowest[place])
        keys[done : done + len(piece)] = _bands(lowest)
        done += len(piece)
    return keys


def _mixers() -> tuple[Array, Array]:
    # numpy is loaded by whoever compares, that is by a child process: a server needs none of it.
    import numpy as np

    drawn = np.random.Generator(np.random.PCG64(_SEED)).integers(
        0, 2**32, size=(2, BANDS * ROWS), dtype=np.uint32
    )
    return drawn[0] | np.uint32(1), drawn[1]


def _grams(texts: Sequence[str]) -> tuple[Array, Array]:
    """The triples of all texts as well mixed 32-bit numbers, and where each text's begin."""
    import numpy as np

    signs = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    triples = signs[:-2] | (signs[1:-1] << np.uint64(21)) | (signs[2:] << np.uint64(42))
    lengths = np.array([len(each) for each in texts])
    ends = np.cumsum(lengths)
    # A triple that begins in the last two signs of a text would reach into the next one.
    keep = np.ones(len(signs), dtype=bool)
    keep[ends - 1] = keep[ends - 2] = False
    mixed = triples[keep[: len(triples)]] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    per_text = lengths - (GRAM - 1)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(32)).astype(np.uint32), np.cumsum(per_text) - per_text


def _bands(lowest: Array) -> Array:
    """Each band's rows as one number."""
    import numpy as np

    keys = np.zeros((BANDS, lowest.shape[1]), dtype=np.uint64)
    for row in range(ROWS):
        keys = (keys ^ lowest[row::ROWS]) * np.uint64(0x100000001B3)
        keys ^= keys >> np.uint64(31)
    return keys.T
