"""Tables of a Word file, written as XML: python-docx reads the whole table for each cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from participation.papers.official import Column, Table

FONT, HEAD_FONT = "仿宋_GB2312", "黑体"
SIZE = 12
"""小四, in points."""
LINE = 18
TWIPS_PER_MM = 1440 / 25.4
Face = Callable[[Any, str], None]


def add_table(made: Any, table: Table, face: Face) -> None:
    """Add a ruled table of fixed widths; its head is repeated on each page."""
    element = OxmlElement("w:tbl")
    element.append(_properties(table.columns))
    element.append(_grid(table.columns))
    heads = [each.head for each in table.columns]
    element.append(_row(table.columns, heads, face, is_head=True))
    for row in table.rows:
        element.append(_row(table.columns, row, face))
    body = made.element.body
    body.insert(len(body) - 1, element)  # before the section's own properties
    made.add_paragraph()


def _made(name: str, **values: str) -> Any:
    element = OxmlElement(f"w:{name}")
    for each, value in values.items():
        element.set(qn(f"w:{each}"), value)
    return element


def _twips(millimetres: float) -> str:
    return str(round(millimetres * TWIPS_PER_MM))


def _properties(columns: Sequence[Column]) -> Any:
    found = _made("tblPr")
    found.append(_made("tblW", w=_twips(sum(each.width for each in columns)), type="dxa"))
    borders = _made("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_made(side, val="single", sz="4", space="0", color="000000"))
    found.append(borders)
    found.append(_made("tblLayout", type="fixed"))
    margins = _made("tblCellMar")
    for side in ("left", "right"):
        margins.append(_made(side, w=_twips(1.2), type="dxa"))
    found.append(margins)
    return found


def _grid(columns: Sequence[Column]) -> Any:
    grid = _made("tblGrid")
    for each in columns:
        grid.append(_made("gridCol", w=_twips(each.width)))
    return grid


def _row(columns: Sequence[Column], cells: Sequence[str], face: Face, is_head: bool = False) -> Any:
    row = _made("tr")
    if is_head:
        properties = _made("trPr")
        properties.append(_made("cantSplit"))
        properties.append(_made("tblHeader"))
        row.append(properties)
    for column, text in zip(columns, cells, strict=True):
        cell = _made("tc")
        properties = _made("tcPr")
        properties.append(_made("tcW", w=_twips(column.width), type="dxa"))
        properties.append(_made("vAlign", val="center"))
        cell.append(properties)
        side = "center" if is_head or column.is_centred else "left"
        for line in text.split("\n"):
            cell.append(_line(line, side, HEAD_FONT if is_head else FONT, face))
        row.append(cell)
    return row


def _line(text: str, side: str, font: str, face: Face) -> Any:
    line = _made("p")
    properties = line.get_or_add_pPr()
    spacing = _made("spacing", before="0", after="0", line=str(LINE * 20), lineRule="exact")
    properties.append(spacing)
    properties.append(_made("jc", val=side))
    run = _made("r")
    characters = run.get_or_add_rPr()
    face(characters, font)
    characters.append(_made("sz", val=str(SIZE * 2)))
    characters.append(_made("szCs", val=str(SIZE * 2)))
    run.text = text
    line.append(run)
    return line
