"""Reads a table as rows of text: .xlsx and .xls by calamine, .csv in UTF-8 or GB18030.

Pure and run in a child process; knows nothing of what the columns mean.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

MOST_BLANK_ROWS = 1_100_000
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;|"
SAMPLE = 64 * 1024
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file cannot be taken; `code` says why, `params` which row or how many are allowed."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Limits(NamedTuple):
    """How much is taken: rows that are not empty, columns, characters of a cell and of a row."""

    rows: int
    columns: int
    cell: int
    row: int


class Sheet(NamedTuple):
    """A sheet's name (empty for CSV), the names of others that hold something, and its rows."""

    name: str
    others: list[str]
    rows: Iterable[list[Any]]


def open_table(data: bytes) -> Sheet:
    """The first sheet that holds anything; told apart by content, whatever the name says."""
    if data.startswith((ZIP, OLE)):
        return _workbook(data)
    return Sheet("", [], _csv(_decoded(data)))


def rows_of(sheet: Sheet, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty as text, with their number in the file from 1.

    Raises Unreadable where a limit is passed.
    """
    count = 0
    for number, cells in enumerate(sheet.rows, 1):
        if number > MOST_BLANK_ROWS:
            raise Unreadable("too-many-rows", limit=limits.rows)
        texts = [text_of(cell)[: limits.cell] for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        count += 1
        if count > limits.rows:
            raise Unreadable("too-many-rows", limit=limits.rows)
        if len(texts) > limits.columns:
            raise Unreadable("too-many-columns", limit=limits.columns, row=number)
        if sum(map(len, texts)) > limits.row:
            raise Unreadable("row-too-long", limit=limits.row, row=number)
        yield number, texts
    if not count:
        raise Unreadable("empty")


def text_of(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, days as 2026-06-01."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time | timedelta | int):
        return str(cell)
    return ""


def _workbook(data: bytes) -> Sheet:
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheet, others = None, []
        for name in _tables_in(book):
            found = book.get_sheet_by_name(name)
            if found.total_height and sheet is None:
                sheet = found
            elif found.total_height:
                others.append(name)
    except python_calamine.PasswordError:
        raise Unreadable("locked") from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise Unreadable("damaged") from None
    if sheet is None:
        raise Unreadable("empty")
    return Sheet(sheet.name, others, sheet.iter_rows())


def _tables_in(book: Any) -> list[str]:
    import python_calamine

    seen = [
        each.name
        for each in book.sheets_metadata
        if each.typ == python_calamine.SheetTypeEnum.WorkSheet
        and each.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    return seen or list(book.sheet_names)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("not-a-table")


def _csv(text: str) -> Iterator[list[str]]:
    csv.field_size_limit(max(len(text), 1))
    first = text[:SAMPLE].split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    except csv.Error:
        raise Unreadable("damaged") from None
