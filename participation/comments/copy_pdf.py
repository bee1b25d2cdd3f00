"""The author's copy of what was sent, as a PDF that screen readers follow (PDF/UA-1, by Typst).

The words reach Typst as data, never as its markup: nothing that somebody wrote is run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn as fonts

SOURCE = (Path(__file__).parent / "copy.typ").read_bytes()
FOLDER = Path(fonts.serif_path()).parent


@dataclass(frozen=True, kw_only=True)
class CopiedItem:
    """One opinion: a heading, facts about it (label and value), its words under their labels."""

    heading: str
    facts: Sequence[tuple[str, str]]
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A receipt with what was sent. All texts are in the reader's language; `qr` is an SVG."""

    lang: str
    title: str
    matter: str
    facts: Sequence[tuple[str, str]]
    items: Sequence[CopiedItem]
    qr: str
    qr_words: str
    page_words: str
    """The foot of each page, with `{page}` and `{total}` in it."""


def pdf_of(copy: Copy) -> bytes:
    """The copy as a PDF document; some tenths of a second of one processor.

    A sign that the fonts lack (of some surnames) shows as a box, and the document is then told as
    accessible no more: PDF/UA wants every sign shown.
    """
    # Loaded by the first who asks for a PDF: seven megabytes that a server may never need.
    import typst

    try:
        return _compiled(copy, ["ua-1"])
    except typst.TypstError:
        return _compiled(copy, [])


def _compiled(copy: Copy, standards: list[Any]) -> bytes:
    import typst

    source: Any = SOURCE
    made: bytes = typst.compile(
        source,
        sys_inputs={"copy": json.dumps(asdict(copy), ensure_ascii=False)},
        font_paths=[FOLDER],
        ignore_system_fonts=True,
        pdf_standards=standards,
    )
    return made
