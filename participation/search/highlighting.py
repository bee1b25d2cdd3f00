"""The part of a text in which a query is found, cut into pieces that are words of it or not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from participation.search.segmenting import Word

SHOWN = 130
"""Characters of a text that a hit shows."""

MOST_READ = 20_000
_BEFORE = 30
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """Some words; `is_hit`: words that were looked for."""

    text: str
    is_hit: bool


def highlighted(text: str, words: Sequence[Word], most: int = SHOWN) -> list[Piece]:
    """About `most` characters of a text around the first word that is found, in pieces."""
    line = _SPACE.sub(" ", text[:MOST_READ]).strip()
    spans = list(_spans(line, words))
    start = max(0, spans[0][0] - _BEFORE) if spans and len(line) > most else 0
    end = min(len(line), start + most)
    pieces, place = [Piece("…", False)] if start else [], start
    for first, last in spans:
        if first < place or last > end:
            continue
        pieces += [Piece(line[place:first], False), Piece(line[first:last], True)]
        place = last
    pieces += [Piece(line[place:end], False), Piece("…" if end < len(line) else "", False)]
    return [each for each in pieces if each.text]


def _spans(line: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Where the words stand in a line, in order; of two at the same place the longer one."""
    written = sorted({each for word in words for each in word.written}, key=len, reverse=True)
    if not written:
        return
    folded, places = _folded(line)
    for found in re.finditer("|".join(_pattern(each) for each in written), folded):
        yield places[found.start()], places[found.end() - 1] + 1


def _pattern(word: str) -> str:
    # A number is not found within a longer one, nor a Latin word within another: as in the index.
    if word.isascii():
        kind = "[0-9]" if word.isdigit() else "[a-z]"
        return f"(?<!{kind}){re.escape(word)}(?!{kind})"
    return re.escape(word)


def _folded(line: str) -> tuple[str, Sequence[int]]:
    """The line as it is compared, and for each of its characters the place in the line."""
    signs = [_sign(each) for each in line]
    folded = "".join(signs)
    if len(folded) == len(line) and all(signs):
        return folded, range(len(line))
    return folded, [place for place, sign in enumerate(signs) for _ in sign]


@lru_cache(maxsize=20_000)
def _sign(character: str) -> str:
    return unicodedata.normalize("NFKC", character).casefold()
