"""Takes personal data out of what is logged: numbers of phones, people and cards, mail addresses,
receipt codes, and whatever else an error quotes.

Rough on purpose: where it errs it takes out too much. What is shown to people is masked by
`comments.masking`, which knows far more kinds and has to leave the text readable.
"""

from __future__ import annotations

import re

SIGN = "[0-9A-HJKMNP-TV-Z]"
PATTERNS = (
    # What PostgreSQL adds to an error holds the row that was refused.
    (re.compile(r"\b(DETAIL|CONTEXT):[^\n]*"), r"\1: […]"),
    (re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), "[mail]"),
    (re.compile(rf"(?<![0-9A-Za-z])(?:{SIGN}{{4}}-){{3}}{SIGN}{{4}}(?![0-9A-Za-z])"), "[receipt]"),
    (re.compile(rf"(?<![0-9A-Za-z]){SIGN}{{16}}(?![0-9A-Za-z])"), "[receipt]"),
    (re.compile(r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dXxＸｘ](?!\d)"), "[number]"),
    (re.compile(r"(?<!\d)(?:\d{4}[- ]){3,4}\d{3,4}(?!\d)"), "[number]"),
    (re.compile(r"(?<!\d)\d{15,19}(?!\d)"), "[number]"),
    (re.compile(r"(?<!\d)[1１][3-9３-９]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "[phone]"),
    (re.compile(r"(?<!\d)[(（]?[0０]\d{2,3}[)）]?[- ]?\d{7,8}(?!\d)"), "[phone]"),
)
# The country's code may stand before a number without a gap.
_CODED = re.compile(r"(?<!\d)(?:\+|00)?86[- ]?(?=1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_NAME = re.compile(r"[A-Za-z0-9_.:/<>-]{0,60}", re.ASCII)
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


def scrub(text: str) -> str:
    """The text without what the patterns find."""
    text = _CODED.sub("", text)
    for pattern, words in PATTERNS:
        text = pattern.sub(words, text)
    return text


def unquoted(text: str) -> str:
    """An error's words without the values they quote; names of code stay."""
    return _QUOTED.sub(lambda each: each[0] if _NAME.fullmatch(each[0][1:-1]) else "'…'", text)


def one_line(text: str) -> str:
    """The text on one line: nobody writes a line of a log by putting a break into a name."""
    return _BREAKS.sub(lambda each: each[0].encode("unicode_escape").decode("ascii"), text)
