"""Writes an official paper as a PDF that screen readers follow (PDF/UA-1, by Typst).

The words reach Typst as data, never as its markup: nothing that somebody wrote is run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn as fonts

from participation.papers.official import Block, Heading, Official, Paragraph, day_words

SOURCE = (Path(__file__).parent / "paper.typ").read_bytes()
FOLDER = Path(fonts.serif_path()).parent


def pdf_of(paper: Official) -> bytes:
    """The paper as a PDF document; some tenths of a second of one processor.

    A sign that the fonts lack (of some surnames) shows as a box, and the document is then told as
    accessible no more: PDF/UA wants every sign shown.
    """
    # Loaded by the first who asks for a PDF: seven megabytes that a server may never need.
    import typst

    try:
        return _compiled(paper, ["ua-1"])
    except typst.TypstError:
        return _compiled(paper, [])


def _compiled(paper: Official, standards: list[Any]) -> bytes:
    import typst

    source: Any = SOURCE
    made: bytes = typst.compile(
        source,
        sys_inputs={"paper": json.dumps(_plain(paper), ensure_ascii=False)},
        font_paths=[FOLDER],
        ignore_system_fonts=True,
        pdf_standards=standards,
    )
    return made


def _plain(paper: Official) -> dict[str, Any]:
    signed = paper.signature
    day = day_words(signed.on) if signed and signed.on else "　　年　月　日"
    return {
        "title": paper.title,
        "status": paper.status,
        "blocks": [_block(each) for each in paper.blocks],
        "enclosures": [
            {"title": each.title, "blocks": [_block(part) for part in each.blocks]}
            for each in paper.enclosures
        ],
        "signature": {"issuer": signed.issuer, "day": day} if signed else None,
        "note": paper.note,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    columns = [
        {"head": each.head, "width": each.width, "is_centred": each.is_centred}
        for each in block.columns
    ]
    return {"kind": "table", "columns": columns, "rows": [list(each) for each in block.rows]}
