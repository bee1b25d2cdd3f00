"""An official paper as plain values: its title, its parts in order, what follows the signature.

The parts follow GB/T 9704-2012 (党政机关公文格式) 7.2 and 7.3: title, text with headings of four
levels, list of enclosures, signature with its date, note, enclosures on pages of their own. Both
writers (`word`, `pdf`) read these values and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 一、 in 黑体, 2 （一） in 楷体, 3 and 4 in 仿宋."""

    level: Literal[1, 2, 3, 4]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text; its first line stands back by two characters."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width in millimetres, whether its cells are centred."""

    head: str
    width: int
    is_centred: bool = False


@dataclass(frozen=True)
class Table:
    """A ruled table whose head is repeated on each page; the widths add up to 156 mm."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Enclosure:
    """What is attached: its title, and its own parts, which begin on a new page."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Signature:
    """Who issues the paper, and when; without a day the paper is not to be issued yet."""

    issuer: str
    on: date | None


@dataclass(frozen=True)
class Official:
    """A paper. `status` stands in brackets below the title: which version, final or not."""

    title: str
    status: str
    blocks: Sequence[Block]
    signature: Signature | None = None
    enclosures: Sequence[Enclosure] = ()
    note: str = ""


def numbered(number: int) -> str:
    """A number from 1 to 99 as headings of the first level count: 一, 十二, 二十."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (
        digits[ones] if ones or not tens else ""
    )


def day_words(value: date) -> str:
    """A day in Arabic figures without leading zeros (GB/T 9704 7.3.5.4): 2026年6月1日."""
    return f"{value.year}年{value.month}月{value.day}日"
