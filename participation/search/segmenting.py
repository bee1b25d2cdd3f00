"""Cutting text into the tokens that are indexed, and a query into the words that are looked for.

Chinese is indexed by its signs and by every two that stand together, not by dictionary words: so
a word of a query is found wherever it stands, however a dictionary would have cut the text around
it. A dictionary (jieba's) cuts the query alone, which people type without spaces. What is cut has
no places: a longer word is found where all its pairs are. Letters and digits are indexed in runs,
第十二条 also as 12 and as the twelfth article, however it is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from operator import add

from participation.consultations.numbering import format_number, parse_number

LONGEST_TOKEN = 60
MOST_WORDS = 12
"""Words of a query that are looked for; what comes after them is left out."""

_CHINESE = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<chinese>[{_CHINESE}]+)|(?P<digits>\d+)|(?:(?![{_CHINESE}])[^\W\d_])+")
_REFERENCE = re.compile(r"第\s*([〇零一二三四五六七八九十百千两\d]{1,9})\s*([编章节条款项目])")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
# What says nothing of what is looked for; it counts where a query has nothing else.
_FILLER_WORDS = """
    的 了 吗 呢 吧 啊 是 在 和 与 及 或 把 被 给 对 从 向 也 都 就 还
    很 又 着 过 请 请问 什么 怎么 如何 为什么 怎样 哪里 哪些 哪个 多少 几 谁 我 你 他 它 我们
    你们 他们 这 那 这个 那个 这些 那些 有没有 是不是 可以 能 能不能 会 要 想 一个 一下 关于 时候
    the a an of to in on for and or is are
"""
_FILLERS = frozenset(_FILLER_WORDS.split())


@dataclass(frozen=True)
class Word:
    """A word of a query: its tokens, all of which must be there, and the ways it is written."""

    tokens: tuple[str, ...]
    written: tuple[str, ...]


def fold(text: str) -> str:
    """The text as it is compared: full and half width, upper and lower case become equal."""
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).casefold()


def tokens(text: str) -> set[str]:
    """All tokens of a text: letters and digits only, and an underscore before a reference's."""
    folded = fold(text)
    found: set[str] = set()
    for run in _RUN.finditer(folded):
        found |= _tokens_of(run)
    for unit, number in _references(folded):
        found |= {f"_{unit}{number}", str(number)}
    return found


def read_query(query: str) -> list[Word]:
    """The words of a query in their order, none twice; without fillers where there are others."""
    folded = fold(query)
    words = [
        Word((f"_{unit}{number}",), (f"第{format_number(number)}{unit}", f"第{number}{unit}"))
        for unit, number in _references(folded)
    ]
    rest = _REFERENCE.sub(lambda found: " " if parse_number(found[1]) else found[0], folded)
    words += [
        Word(_needed(piece), (piece[0],)) for run in _RUN.finditer(rest) for piece in _pieces(run)
    ]
    kept = [word for word in words if word.written[0] not in _FILLERS] or words
    return list(dict.fromkeys(kept))[:MOST_WORDS]


def _references(folded: str) -> Iterator[tuple[str, int]]:
    for found in _REFERENCE.finditer(folded):
        number = parse_number(found[1])
        if number is not None:
            yield found[2], number


def _tokens_of(run: re.Match[str]) -> set[str]:
    text = run[0]
    if run["chinese"] is None:
        return {text[:LONGEST_TOKEN]}
    return {*text, *map(add, text, text[1:])}


def _needed(piece: re.Match[str]) -> tuple[str, ...]:
    """The tokens by which a word is found: a longer word's pairs imply its signs."""
    found = _tokens_of(piece)
    if piece["chinese"] is not None and len(piece[0]) > 1:
        found = {each for each in found if len(each) > 1}
    return tuple(sorted(found))


def _pieces(run: re.Match[str]) -> Iterator[re.Match[str]]:
    """A run of Chinese in the words that the dictionary finds in it; any other run as it is."""
    if run["chinese"] is None:
        yield run
        return
    import rjieba  # the dictionary takes a tenth of a second to load: with the first search

    for word in rjieba.cut(run[0]):
        piece = _RUN.fullmatch(word)
        if piece is not None:
            yield piece
