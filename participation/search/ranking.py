"""How well a text answers a query, as a number that is the same on every database.

The usual form of relevance (a word counts more the more often it stands there, ever less so, and
less in a long text), with a surplus for words in the title and for the query standing there as it
was typed. How rare a word is does not count: every hit has all words of the query.
"""

from __future__ import annotations

from collections.abc import Sequence

from participation.search.rules import Kind
from participation.search.segmenting import Word, fold

MOST_READ = 2_000
"""Characters of a text that are looked at; of long ones the beginning tells what they are about."""

_SATURATION = 1.2
_USUAL_LENGTH = 200
_TITLE, _TITLE_PHRASE, _WHOLE_TITLE, _PHRASE = 600, 900, 1200, 500
# Where all else is equal, what the office says comes before what is said about it.
_OF_KIND = {
    Kind.CONSULTATION: 300,
    Kind.RESULT: 200,
    Kind.CLAUSE: 150,
    Kind.INTERPRETATION: 130,
    Kind.QUESTION: 120,
}


def phrase_of(query: str) -> str:
    """The query as it would stand in a text, without its spaces."""
    return "".join(fold(query).split())


def score(kind: Kind, title: str, text: str, words: Sequence[Word], phrase: str) -> int:
    """The relevance of a text to the words of a query; `phrase` is the query as it was typed."""
    folded_title, folded = fold(title), fold(text[:MOST_READ])
    length = 0.3 + 0.7 * len(folded) / _USUAL_LENGTH
    total = float(_OF_KIND.get(kind, 0))
    for word in words:
        times = max(folded.count(each) for each in word.written)
        total += 1000 * times / (times + _SATURATION * length)
        total += _TITLE * any(each in folded_title for each in word.written)
    if phrase in folded_title:
        total += _TITLE_PHRASE
    if len(words) == 1 and folded_title in words[0].written:
        total += _WHOLE_TITLE
    if len(words) > 1 and phrase in "".join(folded.split()):
        total += _PHRASE
    return int(total)
