"""Words quoted of a clause: where they stand in it, and its sentences, to be ticked one by one."""

from __future__ import annotations

import re
from typing import NamedTuple

from participation.comments.rules import LONGEST_QUOTE

# A sentence ends with its stop and the closing marks behind it; a line end always ends one.
_SENTENCE = re.compile(r"[^。！？；\n]*(?:[。！？；]+[」』”’）】》〉]*)+|[^。！？；\n]+")


class Quote(NamedTuple):
    """Words of a clause and the place of the first of them in it, in code points."""

    text: str
    at: int


def located(words: str, text: str, at: int | None = None) -> Quote | None:
    """Where `text` stands in a clause's words: at `at`, else at its only or first place.

    None where it is empty, longer than `LONGEST_QUOTE`, or not there.
    """
    if not text.strip() or len(text) > LONGEST_QUOTE:
        return None
    if at is not None and at >= 0 and words.startswith(text, at):
        return Quote(text, at)
    place = words.find(text)
    return None if place < 0 else Quote(text, place)


def cut(words: str, first: int, end: int) -> Quote | None:
    """The words from one place to another, white space at the ends left off; None where none are.

    A longer stretch than `LONGEST_QUOTE` is cut at its end.
    """
    first, end = max(first, 0), min(end, len(words), first + LONGEST_QUOTE)
    text = words[first:end]
    stripped = text.strip()
    if not stripped:
        return None
    return Quote(stripped, first + text.index(stripped))


def sentences(words: str) -> list[Quote]:
    """The sentences of a clause's words in their order, none of them blank or over-long."""
    found: list[Quote] = []
    for match in _SENTENCE.finditer(words):
        for first in range(match.start(), match.end(), LONGEST_QUOTE):
            if quote := cut(words, first, min(match.end(), first + LONGEST_QUOTE)):
                found.append(quote)
    return found
