"""Chinese legal numerals and the labels written with them: 第十二条, （三）, 1."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0,
    "两": 2,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": "二十", "卅": "三十"}
_LARGEST = 9999

_NUMERAL = "〇零○一二三四五六七八九十百千廿卅0-9０-９"


def parse_number(text: str) -> int | None:
    """1 to 9999 from Chinese, Arabic or full-width digits; None for anything else."""
    for short, long in _TENS.items():
        text = text.replace(short, long)
    if not text or len(text) > 12:
        return None
    digits = [_digit(character) for character in text]
    if all(digit is not None for digit in digits):  # 120, １２０, 一二〇
        value = int("".join(str(digit) for digit in digits))
    else:
        value = _counted(text)
    return value if 0 < value <= _LARGEST else None


def _digit(character: str) -> int | None:
    if character in _DIGITS:
        return _DIGITS[character]
    return unicodedata.digit(character, None) if character.isdigit() else None


def _counted(text: str) -> int:
    """Value of 一百二十 and the like; 0 when the words are not in a sensible order."""
    total, digit, last_unit = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or digit == 0:
                return 0
            if digit is None and unit != 10:  # only 十 may stand without a digit
                return 0
            total += (1 if digit is None else digit) * unit
            last_unit, digit = unit, None
        elif (value := _DIGITS.get(character)) is None or (digit is not None and digit != 0):
            return 0
        else:
            digit = value
    if digit == 0:  # 十零
        return 0
    return total + (digit or 0)


@lru_cache(maxsize=2048)
def format_number(number: int) -> str:
    """Chinese numeral of 1 to 9999 as statutes write it: 十二, 一百零一, 一千零一十.

    Raises ValueError outside that range.
    """
    if not 0 < number <= _LARGEST:
        raise ValueError(number)
    words, pending_zero = "", False
    for unit, value in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // value % 10
        if not digit:
            pending_zero = bool(words)
            continue
        leading_ten = value == 10 and digit == 1 and not words  # 十二, not 一十二
        words += "零" if pending_zero else ""
        words += ("" if leading_ten else "零一二三四五六七八九"[digit]) + unit
        pending_zero = False
    return words


@dataclass(frozen=True, slots=True)
class Heading:
    """第X编/章/节/条 at the start of a line: unit, number (120, 1 for 第一百二十条之一), the rest.

    ``spaced`` tells that something other than running text follows the label at once.
    """

    unit: str
    number: tuple[int, ...]
    rest: str
    spaced: bool

    @property
    def label(self) -> str:
        return heading_label(self.unit, self.number)


def heading_label(unit: str, number: tuple[int, ...]) -> str:
    """第一百二十条之一 for 条 and (120, 1)."""
    inserted = "".join(f"之{format_number(part)}" for part in number[1:])
    return f"第{format_number(number[0])}{unit}{inserted}"


def number_text(number: tuple[int, ...]) -> str:
    """The number as the interface gives it: 120 or 120-1."""
    return "-".join(str(part) for part in number)


_HEADING = re.compile(
    rf"第 ?([{_NUMERAL} ]{{1,20}})(分编|编|部分|章|节|条)"
    r"(?: ?之([一二三四五六七八九十]{1,3}|[0-9０-９]{1,2})(?![款项]))?"
)
_SEPARATOR = re.compile(r"[:：.．](?! ?第)|、(?! ?第)")
_CAPTION_OPENS = "（(【[〔"


def read_heading(text: str) -> Heading | None:
    """The heading label at the start of a cleaned line, if there is one.

    Whether the line really is a heading or running text (第三条规定的……) is for the context to say.
    """
    match = _HEADING.match(text)
    if match is None:
        return None
    number = parse_number(match[1].replace(" ", ""))
    inserted = parse_number(match[3]) if match[3] else None
    if number is None or (match[3] and inserted is None):
        return None
    rest = text[match.end() :]
    separator = _SEPARATOR.match(rest)
    if separator:
        rest = rest[separator.end() :]
    spaced = bool(separator) or not rest or rest[0] in " " + _CAPTION_OPENS
    full_number = (number,) if inserted is None else (number, inserted)
    return Heading(match[2], full_number, rest.strip(), spaced)


@dataclass(frozen=True, slots=True)
class Marker:
    """The number of an item or subitem at the start of a line.

    ``form``: ``outline`` 一、 · ``bracketed`` （一） · ``dotted`` 1. · ``parenthesised`` （1） ·
    ``circled`` ①. ``label`` has its brackets made full-width; ``width`` is ``full``, ``half``,
    ``mixed`` or, without brackets, empty.
    """

    form: str
    number: int
    label: str
    rest: str
    width: str


_MARKER = re.compile(
    r"(?P<bracketed>(?P<open>[（(]) ?"
    r"(?P<inner>[一二三四五六七八九十百廿]{1,5}|[0-9０-９]{1,3}) ?(?P<close>[）)]))"
    r"|(?P<dotted>[0-9０-９]{1,3} ?(?:[.．](?![0-9０-９])|、))"
    r"|(?P<outline>[一二三四五六七八九十]{1,4} ?、)"
    r"|(?P<circled>[①-⑳㈠-㈩⑴-⒇⒈-⒛])"
)


def read_marker(text: str) -> Marker | None:
    """The item or subitem number at the start of a cleaned line, if there is one."""
    match = _MARKER.match(text)
    if match is None:
        return None
    rest = text[match.end() :].strip()
    kind = match.lastgroup if match.lastgroup in ("dotted", "outline", "circled") else "bracketed"
    if kind == "circled":
        return _single_character_marker(match[0], rest)
    if kind == "bracketed":
        return _bracketed_marker(match["open"], match["inner"], match["close"], rest)
    written = match[0].replace(" ", "")
    number = parse_number(written[:-1])
    if number is None:
        return None
    stop = "." if written[-1] in ".．" else "、"
    label = f"{number}{stop}" if kind == "dotted" else written
    return Marker(kind, number, label, rest, "")


def _bracketed_marker(opening: str, inner: str, closing: str, rest: str) -> Marker | None:
    number = parse_number(inner)
    if number is None:
        return None
    full = (opening == "（") + (closing == "）")
    width = ("half", "mixed", "full")[full]
    if inner[0] in _DIGITS or inner[0] in _UNITS or inner[0] in _TENS:
        return Marker("bracketed", number, f"（{format_number(number)}）", rest, width)
    return Marker("parenthesised", number, f"（{number}）", rest, width)


def _single_character_marker(character: str, rest: str) -> Marker:
    form = "dotted" if character >= "⒈" else "parenthesised" if character >= "⑴" else "circled"
    form = "bracketed" if character >= "㈠" else form
    first = {"circled": "①", "parenthesised": "⑴", "dotted": "⒈", "bracketed": "㈠"}[form]
    number = ord(character) - ord(first) + 1
    labels = {
        "circled": character,
        "bracketed": f"（{format_number(number)}）",
        "parenthesised": f"（{number}）",
        "dotted": f"{number}.",
    }
    return Marker(form, number, labels[form], rest, "")
