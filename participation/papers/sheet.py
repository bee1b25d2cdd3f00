"""The list of opinions as a workbook, a row at a time whatever their number; text stays text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from participation.comments.contacts import masked_name
from participation.comments.rules import (
    CHANNEL_WORDS,
    OUTCOME_WORDS,
    PROPOSAL_WORDS,
    RESPONDENT_WORDS,
    STANCE_WORDS,
    VISIBILITY_WORDS,
    Outcome,
    RespondentKind,
)
from participation.consultations.place import zone
from participation.papers.queries import LATER, Basis, Listed
from participation.papers.rules import CELL_WORDS, Cell, Naming

LONGEST_CELL = 32_767
"""What a cell of a workbook holds (ECMA-376 leaves it open; both office suites cut here)."""
LONG = {Cell.BODY: 60, Cell.PROPOSAL: 40, Cell.REASON: 50, Cell.CHANGED: 40, Cell.QUOTED: 30,
        Cell.POINT: 30, Cell.CLAUSE: 18, Cell.RECEIVED: 17, Cell.NUMBER: 8}  # fmt: skip
LATER_WORDS = "定稿后收到，尚未列入"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Told:
    """What the second sheet says of the list: facts (label and value) and the figures to meet."""

    title: str
    made_at: datetime
    facts: Sequence[tuple[str, str]]
    basis: Basis


def write_list(
    file: IO[bytes],
    rows: Iterable[Listed],
    cells: Sequence[Cell],
    naming: Naming,
    told: Told,
) -> Counter[str]:
    """Write the workbook into a file; how many rows have each outcome.

    The memory it takes does not grow with the rows (XlsxWriter's `constant_memory`).
    """
    # Loaded by the first who asks for a table: eight megabytes that a server may never need.
    from xlsxwriter import Workbook

    book = Workbook(file, OPTIONS)
    book.set_properties({"title": told.title, "created": told.made_at.replace(tzinfo=None)})
    forms = _forms(book)
    sheet = book.add_worksheet("意见汇总表")
    columns = _columns(cells, naming)
    _set_up(sheet, columns, forms, told.title)
    counted: Counter[str] = Counter()
    last = 0
    for last, listed in enumerate(rows, start=1):
        counted[listed.outcome] += 1
        for place, (_head, _width, value) in enumerate(columns):
            _write(sheet, last, place, value(listed), forms["cell"])
    sheet.autofilter(0, 0, last, len(columns) - 1)
    _write_figures(book, forms, told, counted)
    book.close()
    return counted


def _forms(book: Any) -> dict[str, Any]:
    common = {"font_name": "宋体", "font_size": 11, "valign": "top", "border": 1}
    return {
        "head": book.add_format({**common, "bold": True, "align": "center", "text_wrap": True}),
        # Without a border, as empty cells are not written: most of a long list's cells are empty.
        "cell": book.add_format({**common, "border": 0, "text_wrap": True}),
        "name": book.add_format({**common, "border": 0, "bold": True}),
        "fact": book.add_format({**common, "border": 0, "text_wrap": True}),
    }


Value = Callable[[Listed], "str | int"]


def _columns(cells: Sequence[Cell], naming: Naming) -> list[tuple[str, int, Value]]:
    """Head, width in characters and value of each column; a name stands behind the respondent."""
    found = [(str(CELL_WORDS[each]), LONG.get(each, 12), VALUES[each]) for each in cells]
    if naming is not Naming.ANONYMOUS:
        place = cells.index(Cell.RESPONDENT) + 1 if Cell.RESPONDENT in cells else 1
        found.insert(place, ("提出人", 16, _full if naming is Naming.FULL else _masked))
    return found


def _full(listed: Listed) -> str:
    return listed.name()


def _masked(listed: Listed) -> str:
    """A person's first sign; a firm's or a body's name as it is."""
    is_person = listed.row.respondent_kind is RespondentKind.PERSON
    return masked_name(listed.name()) if is_person else listed.name()


def _place(listed: Listed) -> str:
    return (
        "，".join(each for each in (listed.row.document, listed.row.clause) if each) or "整个草案"
    )


def _proposal(listed: Listed) -> str:
    kind = listed.row.proposal_kind
    word = str(PROPOSAL_WORDS[kind]) if kind else ""
    return "：".join(each for each in (word, listed.proposed_text) if each)


def _visibility(listed: Listed) -> str:
    row = listed.row
    if row.outcome is Outcome.WITHDRAWN:
        return str(OUTCOME_WORDS[Outcome.WITHDRAWN])
    words = str(VISIBILITY_WORDS[row.visibility])
    return f"{words}（{row.reason_code.label}）" if row.reason_code else words


def outcome_words(value: str) -> str:
    """An outcome of the list in words."""
    return LATER_WORDS if value == LATER else str(OUTCOME_WORDS[Outcome(value)])


def _outcome(listed: Listed) -> str:
    words = outcome_words(listed.outcome)
    is_repeated = listed.outcome == Outcome.DUPLICATE.value and listed.row.original
    return f"{words}（随第{listed.row.original}号一并处理）" if is_repeated else words


def _point(listed: Listed) -> str:
    return f"{listed.answer.number}．{listed.answer.title}" if listed.answer else ""


def _received(listed: Listed) -> str:
    return f"{listed.row.received_at.astimezone(zone()):%Y-%m-%d %H:%M}"


VALUES: Mapping[Cell, Value] = {
    Cell.NUMBER: lambda each: each.row.number,
    Cell.RECEIVED: _received,
    Cell.SAID_ON: lambda each: each.row.said_on.isoformat() if each.row.said_on else "",
    Cell.CHANNEL: lambda each: str(CHANNEL_WORDS[each.row.channel]),
    Cell.RESPONDENT: lambda each: str(RESPONDENT_WORDS[each.row.respondent_kind]),
    Cell.CLAUSE: _place,
    Cell.QUOTED: lambda each: each.row.quoted_text,
    Cell.STANCE: lambda each: str(STANCE_WORDS[each.row.stance]),
    Cell.BODY: lambda each: each.body,
    Cell.PROPOSAL: _proposal,
    Cell.FILES: lambda each: each.files,
    Cell.SUPPORTERS: lambda each: each.row.supporters,
    Cell.VISIBILITY: _visibility,
    Cell.OUTCOME: _outcome,
    Cell.POINT: _point,
    Cell.REASON: lambda each: each.answer.reason if each.answer else "",
    Cell.CHANGED: lambda each: each.answer.changed_text if each.answer else "",
}


def _set_up(sheet: Any, columns: Sequence[tuple[str, int, Value]], forms: Any, title: str) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # A header is a small language of its own, in which & begins a command.
    sheet.set_header(f"&C{title.replace('&', '&&')[:200]}")
    sheet.set_footer("&C第 &P 页，共 &N 页")
    for place, (head, width, _value) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, forms["head"])


def _write(sheet: Any, row: int, column: int, value: str | int, form: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, form)
    elif value:
        sheet.write_string(row, column, value[:LONGEST_CELL], form)


def _write_figures(book: Any, forms: Any, told: Told, counted: Counter[str]) -> None:
    """The figures of the result beside the rows of this list, and what the list is."""
    sheet = book.add_worksheet("合计与说明")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 2, 40)
    line = 0
    for label, value in told.facts:
        sheet.write_string(line, 0, label, forms["name"])
        sheet.write_string(line, 1, value[:LONGEST_CELL], forms["fact"])
        line += 1
    line += 1
    heads = ("处理结果", f"定稿第{told.basis.version}版" if told.basis.version else "目前", "本表")
    for column, head in enumerate(heads):
        sheet.write_string(line, column, head, forms["head"])
    outcomes = told.basis.figures["outcomes"]
    lines = [(key, outcomes.get(key, 0), counted[key]) for key in (each.value for each in Outcome)]
    lines += [(LATER, 0, counted[LATER])] if counted[LATER] else []
    for key, known, found in lines:
        line += 1
        sheet.write_string(line, 0, outcome_words(key), forms["cell"])
        sheet.write_number(line, 1, known, forms["cell"])
        sheet.write_number(line, 2, found, forms["cell"])
    line += 1
    sheet.write_string(line, 0, "合计", forms["head"])
    sheet.write_number(line, 1, told.basis.received, forms["head"])
    sheet.write_number(line, 2, counted.total(), forms["head"])
    if any(known != found for _key, known, found in lines):
        said = "左右两列不一致：定稿以后又有变动，或者生成本表时正在收到意见。"
        sheet.write_string(line + 2, 0, said, forms["name"])
