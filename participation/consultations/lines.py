"""Source lines made even: characters cleaned, broken lines and quoted passages recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from participation.consultations.numbering import read_marker
from participation.consultations.parsed import N_, DraftWarning, SourceLine

LONG_LINE = 2_000  # characters; a 款 of this length is nearly always several run together

_INVISIBLE = (
    *range(0x09),
    *range(0x0E, 0x20),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0xAD,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
# Text copied out of a PDF often has the radical ⼀ in place of the character 一.
_RADICALS = {
    code: normal
    for code in (*range(0x2E80, 0x2F00), *range(0x2F00, 0x2FE0))
    if (normal := unicodedata.normalize("NFKC", chr(code))) != chr(code)
}
_TABLE = {**dict.fromkeys(_INVISIBLE), **_RADICALS}
_SPACES = re.compile(r"\s+")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_SPACED_OUT = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")

_TERMINAL = "。；：！？.;:!?…”’》）)】」』"


@dataclass(frozen=True, slots=True)
class Line:
    """A source line that has words: its 1-based number in the source and its cleaned text."""

    number: int
    text: str
    quoted: bool = False

    @property
    def is_complete(self) -> bool:
        """The line ends the way a sentence, an item or a quotation ends."""
        return self.text[-1] in _TERMINAL


def clean(text: str) -> str:
    """The text without invisible marks, every run of white space one space, none at the ends."""
    return _SPACES.sub(" ", text.translate(_TABLE)).strip()


def close_up(heading: str) -> str:
    """A heading's words without the spaces that only spread them out: 总　则 is 总则."""
    words = heading.split(" ")
    if all(len(word) == 1 for word in words):
        return _SPACED_OUT.sub("", heading)
    return heading


def cleaned(source: Sequence[SourceLine]) -> tuple[list[Line], list[DraftWarning]]:
    """The lines that have words, quotations marked; the notes they brought and new warnings."""
    lines: list[Line] = []
    warnings: list[DraftWarning] = []
    for line in source:
        warnings.extend(line.notes)
        text = clean(line.text)
        if not text:
            continue
        lines.append(Line(line.number, text))
        warnings.extend(_oddities(line.number, text))
    inside = _inside_quotation([line.text for line in lines])
    marked = zip(lines, inside, strict=True)
    return [Line(line.number, line.text, within) for line, within in marked], warnings


def _oddities(number: int, text: str) -> list[DraftWarning]:
    found = []
    if len(text) > LONG_LINE:
        message = N_("这一行有 %(length)s 个字，可能漏了分段，请核对。")
        found.append(DraftWarning("long-line", number, message, {"length": str(len(text))}))
    if unreadable := _UNREADABLE.search(text):
        message = N_("这一行有无法辨认的字符，在“%(near)s”附近，请核对原文。")
        start = max(0, unreadable.start() - 6)
        near = text[start : unreadable.end() + 6]
        found.append(DraftWarning("unreadable-characters", number, message, {"near": near}))
    return found


def _inside_quotation(texts: Sequence[str]) -> list[bool]:
    """Which lines begin inside “……” opened on an earlier line.

    By custom each quoted paragraph may open anew and only the last one closes. An opening mark
    whose closing never comes before the next quotation begins mid-line is a slip of the pen and
    must not swallow the articles after it.
    """
    marks = [[character for character in text if character in "“”"] for text in texts]
    closes = [False] * (len(texts) + 1)  # would a quotation open before this line be closed?
    for index in range(len(texts) - 1, -1, -1):
        if not marks[index]:
            closes[index] = closes[index + 1]
        elif marks[index][0] == "”":
            closes[index] = True
        elif texts[index][0] == "“":
            closes[index] = marks[index][-1] == "”" or closes[index + 1]
    inside, is_open = [], False
    for index, own in enumerate(marks):
        inside.append(is_open and closes[index])
        is_open = own[-1] == "“" if own else inside[-1]
    return inside


class Joining:
    """Decides whether a plain line only carries on the line before it.

    A line ending in ， or 、 always goes on. Where much of the text is broken in mid-sentence the
    file was wrapped by hand at a fixed width, and every unfinished line goes on in the next one.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        long = [line for line in lines if len(line.text) >= 20 and not read_marker(line.text)]
        broken = sum(not line.is_complete for line in long)
        self._wrapped_by_hand = broken >= 5 and broken * 5 >= len(long) * 2

    def carries_on(self, before: Line, line: Line) -> bool:
        """Whether `line` continues the sentence of `before`, the line with words above it."""
        if before.text[-1] in "，、,":
            return True
        adjacent = line.number == before.number + 1
        return self._wrapped_by_hand and adjacent and not before.is_complete


def join(before: str, after: str) -> str:
    """Two halves of a broken sentence as one; only Latin words need a space between them."""
    latin = before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii()
    return f"{before} {after}" if latin and after[:1].isalnum() else before + after
