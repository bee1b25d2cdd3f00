"""Rows of open data written as JSON, CSV or XLSX, a row at a time whatever their number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from participation.portal.opendata import Row, Table

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
Write = Callable[[IO[bytes], Table, Iterable[Row], Mapping[str, str], datetime], None]


def write_json(
    file: IO[bytes], table: Table, rows: Iterable[Row], words: Mapping[str, str], at: datetime
) -> None:
    """One object: the table's name, when it was made, its rows."""
    head = {"table": table.name, "made_at": at.isoformat(timespec="seconds")}
    file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    for place, row in enumerate(rows):
        line = json.dumps(row, ensure_ascii=False)
        file.write((",\n" if place else "\n").encode() + line.encode())
    file.write(b"\n]}\n")


def write_csv(
    file: IO[bytes], table: Table, rows: Iterable[Row], words: Mapping[str, str], at: datetime
) -> None:
    """RFC 4180 in UTF-8 with its mark, as table programs in China need it.

    Words that people typed and that a table program would take for a formula begin with an
    apostrophe; the dictionary says so.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([each.name for each in table.fields])
        for row in rows:
            cells = ((row[each.name], each.typed) for each in table.fields)
            writer.writerow([_safe(value) if typed else value for value, typed in cells])
    finally:
        # The file is the caller's to close.
        text.detach()


def _safe(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA_BEGINS) else value


def write_xlsx(
    file: IO[bytes], table: Table, rows: Iterable[Row], words: Mapping[str, str], at: datetime
) -> None:
    """A workbook of two sheets: the rows, and what their columns mean. Text stays text."""
    # Loaded by the first who asks for a table: eight megabytes that a server may never need.
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(file, options)
    book.set_properties({"title": words[table.name], "created": at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(words[table.name][:31])
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(table.fields):
        sheet.write_string(0, column, field.name, bold)
        sheet.set_column(column, column, 60 if field.typed else 20)
    for place, row in enumerate(rows, start=1):
        for column, field in enumerate(table.fields):
            _write(sheet, place, column, row[field.name])
    meanings = book.add_worksheet(words["dictionary"][:31])
    meanings.set_column(0, 0, 20)
    meanings.set_column(1, 1, 80)
    for place, field in enumerate(table.fields):
        meanings.write_string(place, 0, field.name, bold)
        meanings.write_string(place, 1, words[f"{table.name}.{field.name}"])
    book.close()


def _write(sheet: Any, place: int, column: int, value: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(place, column, value)
    elif value:
        sheet.write_string(place, column, str(value)[:LONGEST_CELL])


FORMATS: Mapping[str, tuple[Write, str]] = {
    "json": (write_json, "application/json"),
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
