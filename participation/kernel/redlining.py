"""What changed between two wordings, word by word, so that a reader sees it at a glance. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import rjieba
from rapidfuzz.distance import Indel

Part = tuple[str, str]
"""An op, `equal`, `delete` or `insert`, and the words it is about."""

_ISLAND = 1
_NUMERAL = re.compile(r"[零〇一二三四五六七八九十百千万亿两\d]+")


def redline(old: str, new: str) -> list[Part]:
    """The parts of `old` and `new` in reading order, what was deleted before what replaces it.

    Equal and deleted parts together are `old`, equal and inserted ones `new`. The time grows with
    the product of the lengths, at the pace of machine words: 5,000 characters each take some 30 ms.
    """
    before, after = words(old), words(new)
    found: list[Part] = []
    for step in Indel.opcodes(before, after):
        if step.tag != "insert":
            gone = "".join(before[step.src_start : step.src_end])
            found.append(("equal" if step.tag == "equal" else "delete", gone))
        if step.tag in {"insert", "replace"}:
            found.append(("insert", "".join(after[step.dest_start : step.dest_end])))
    return joined(_narrowed(_drowned(joined(found))))


def words(text: str) -> list[str]:
    """The words of a text, numbers whole; nothing is lost."""
    found: list[str] = []
    end = 0
    for number in _NUMERAL.finditer(text):
        found += rjieba.cut(text[end : number.start()], False)
        found.append(number[0])
        end = number.end()
    return [*found, *rjieba.cut(text[end:], False)]


def joined(parts: Iterable[Part]) -> list[Part]:
    """Neighbours of one kind as one part, at most one deletion and one insertion between equals."""
    found: list[Part] = []
    gone = come = ""
    for op, text in parts:
        if op == "delete":
            gone += text
        elif op == "insert":
            come += text
        elif text:
            found += _change(gone, come)
            gone = come = ""
            if found and found[-1][0] == "equal":
                text = found.pop()[1] + text
            found.append(("equal", text))
    return found + _change(gone, come)


def _change(gone: str, come: str) -> list[Part]:
    return [part for part in (("delete", gone), ("insert", come)) if part[1]]


def _drowned(parts: Sequence[Part]) -> Iterator[Part]:
    """One character that stays between two changes only makes them harder to read."""
    for place, (op, text) in enumerate(parts):
        inside = 0 < place < len(parts) - 1
        if op == "equal" and inside and len(text) <= _ISLAND and text.isalnum():
            yield from (("delete", text), ("insert", text))
        else:
            yield op, text


def _narrowed(parts: Iterable[Part]) -> Iterator[Part]:
    """A word that only grew or shrank is not one word for another: 内 to 内书面 adds 书面."""
    gone = ""
    for op, text in (*parts, ("equal", "")):
        if op == "delete":
            gone += text
            continue
        if op == "insert" and gone:
            yield from _smallest(gone, text)
        else:
            yield from (("delete", gone), (op, text))
        gone = ""


def _smallest(old: str, new: str) -> list[Part]:
    short = min(len(old), len(new))
    head = next((at for at in range(short) if old[at] != new[at]), short)
    tail = next((at for at in range(short - head) if old[-1 - at] != new[-1 - at]), short - head)
    if head + tail < short:
        return [("delete", old), ("insert", new)]
    ends = len(old) - tail, len(new) - tail
    middle = [("delete", old[head : ends[0]]), ("insert", new[head : ends[1]])]
    return [("equal", old[:head]), *middle, ("equal", old[ends[0] :])]
