"""Finds and hides personal data that people leave in an opinion, before it is shown to others.

Pure: text in, text out. What is found is a proposal; a person confirms it before publication.
The duty is the Personal Information Protection Law, art. 25 and 51(3): nothing that identifies a
person is made public without separate consent.
"""

import re
from dataclasses import dataclass

from participation.comments.addresses import find_addresses
from participation.comments.identifiers import FINDERS, NUMERAL_DIGITS, NUMERALS, PUBLIC

REPLACEMENTS = {
    "email": "[邮箱已隐去]",
    "id18": "[身份证号已隐去]",
    "id15": "[身份证号已隐去]",
    "bankcard": "[银行卡号已隐去]",
    "mobile": "%s********",  # the first three digits name the network, not the person
    "landline": "[电话号码已隐去]",
    "passport": "[证件号已隐去]",
    "plate": "[车牌号已隐去]",
    "wechat": "[微信号已隐去]",
    "qq": "[QQ号已隐去]",
    "address": "[住址已隐去]",
}

# What is found is blanked out, so that the rest is read as it will stand beside the masked words;
# that can uncover more, hence another pass. Two suffice for what people write; the bound keeps
# text made to be slow from being so.
_PASSES = 8
_BLANK = "\ufffc"

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef]"
)
_FOLDED = {
    **{chr(code): chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)},
    **{chr(code): str((code - 0x1D7CE) % 10) for code in range(0x1D7CE, 0x1D800)},
    **{letter: letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **dict.fromkeys("\t\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63", "-"),
    **dict.fromkeys("·•・‧", "."),
    "\uffe5": "¥",
    **dict.fromkeys("×\u2169\u0425\u0445", "x"),
}
_UNFOLDED = re.compile(f"[{re.escape(''.join(_FOLDED))}]")
_NUMERALS_TO_DIGITS = str.maketrans(NUMERALS, NUMERAL_DIGITS)


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of personal data: its kind and its place in the original text, in code points."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The text fit to be shown, and what was hidden in it (places in the original text)."""

    text: str
    spans: tuple[Span, ...]


def mask(text: str) -> Masked:
    """Replace every piece of personal data by words saying what stood there.

    Everything else is left as it was. Masking the result again changes nothing.
    """
    spans = find_personal_data(text)
    pieces: list[str] = []
    end = 0
    for span in spans:
        pieces += text[end : span.start], _replacement(span)
        end = span.end
    return Masked("".join((*pieces, text[end:])), spans)


def find_personal_data(text: str) -> tuple[Span, ...]:
    """Return what is personal in the text, in order of place, never overlapping.

    Kinds are the keys of REPLACEMENTS. The time needed grows linearly with the text.
    """
    scanned, origin = _fold(text)
    found: list[Span] = []
    for _ in range(_PASSES):
        known = len(found)
        for kind, find in (*FINDERS, ("address", find_addresses)):
            places = find(scanned)
            scanned = _blanked(scanned, places)
            if kind != PUBLIC:
                spans = ((origin[first], origin[last - 1] + 1) for first, last in places)
                found += (Span(kind, start, end, text[start:end]) for start, end in spans)
        if len(found) == known:
            break
    return tuple(sorted(found, key=lambda span: span.start))


def _fold(text: str) -> tuple[str, range | list[int]]:
    """Return the text half-width, lower case, nothing invisible, and where each character stood."""
    folded = _UNFOLDED.sub(lambda wide: _FOLDED[wide[0]], text)
    if not _UNSEEN.search(folded):
        return folded, range(len(text))
    origin = [place for place, character in enumerate(folded) if not _UNSEEN.match(character)]
    return "".join(folded[place] for place in origin), origin


def _blanked(text: str, places: list[tuple[int, int]]) -> str:
    if not places:
        return text
    pieces: list[str] = []
    end = 0
    for first, last in places:
        pieces += text[end:first], _BLANK * (last - first)
        end = last
    return "".join((*pieces, text[end:]))


def _replacement(span: Span) -> str:
    words = REPLACEMENTS[span.kind]
    if span.kind != "mobile":
        return words
    digits = re.sub(r"\D", "", _fold(span.text)[0].translate(_NUMERALS_TO_DIGITS))
    return words % digits[-11:-8]
