"""Questions and answers written as plain lines (问：… 答：…), told apart; pure."""

from __future__ import annotations

import re

_NUMBER = r"(?:[0-9０-９一二三四五六七八九十]{1,3}[.、．)）]\s*)?"
_BEGIN = re.compile(rf"^\s*{_NUMBER}(问|答)\s*[:：]\s*", re.MULTILINE)


def pairs(text: str) -> list[tuple[str, str]]:
    """The questions with their answers, in order; empty where a pair is not whole."""
    pieces = _BEGIN.split(text)
    said = list(zip(pieces[1::2], (each.strip() for each in pieces[2::2]), strict=True))
    is_whole = (
        not pieces[0].strip()
        and [who for who, _words in said] == ["问", "答"] * (len(said) // 2)
        and all(words for _who, words in said)
    )
    if not is_whole:
        return []
    return [(said[place][1], said[place + 1][1]) for place in range(0, len(said), 2)]
