"""Tables read as text in a child process, whatever wrote them."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask

from participation.importing.spool import MEMORY_BYTES, Spooled, blocks_from, spool_table
from participation.importing.tables import Limits, Unreadable, open_table, rows_of, text_of
from participation.kernel.errors import Invalid
from participation.kernel.storage import storage
from tests.factories.importing import HEADS, a_csv, a_row, a_workbook

LIMITS = Limits(rows=5, columns=8, cell=50, row=200)


def read(data: bytes) -> list[tuple[int, list[str]]]:
    return list(rows_of(open_table(data), LIMITS))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_reads_alike_in_every_encoding_that_offices_use(encoding: str) -> None:
    assert (
        read(a_csv([a_row(1, body="㐀字、“引号”，逗号")], encoding))[1][1][5]
        == "㐀字、“引号”，逗号"
    )


def test_a_workbook_keeps_row_numbers_ids_as_text_and_days_as_days() -> None:
    day = datetime.date(2026, 5, 28)
    data = a_workbook([HEADS, [], [1.0, "周一", 13800000000.0, True, 2.5, "=1+1", day]], "登记表")
    rows = read(data)
    assert [number for number, _cells in rows] == [1, 2, 4]
    assert rows[2][1][:5] == ["1", "周一", "13800000000", "是", "2.5"]
    assert rows[2][1][6] == "2026-05-28"


def test_other_separators_and_a_lone_column_are_read() -> None:
    assert read("甲\t乙\n一\t二".encode()) == [(1, ["甲", "乙"]), (2, ["一", "二"])]
    assert read("意见\n路灯坏了".encode())[1] == (2, ["路灯坏了"])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-a-table"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0broken", "damaged"),
        (b"a\n" * 6, "too-many-rows"),
        (b"a," * 8 + b"a", "too-many-columns"),
        ((b"a" * 60 + b",") * 5, "row-too-long"),
    ],
)
def test_what_cannot_be_taken_is_told_by_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        read(data)
    assert told.value.code == code


def test_odd_cells_have_a_plain_text() -> None:
    assert text_of(datetime.datetime(2026, 5, 1, 9, 30)) == "2026-05-01 09:30"
    assert [text_of(each) for each in (None, False, 1e20, 7, object())] == [
        "",
        "否",
        "1e+20",
        "7",
        "",
    ]


def rows_in(table: Spooled) -> list[list[str]]:
    return [row.cells for block, _end in blocks_from(table.key, table.ref, 0, 0) for row in block]


def test_rows_wait_sealed_and_read_back_from_any_block(context: Flask) -> None:
    rows = [a_row(number) for number in range(1, 121)]
    table = spool_table("登记表.csv", a_csv(rows))
    assert (table.rows, table.columns, table.header_row) == (121, 7, 1)
    assert "路灯".encode() not in storage().get(table.key)
    assert rows_in(table) == [HEADS, *rows]
    blocks = list(blocks_from(table.key, table.ref, 0, 0))
    assert [len(block) for block, _end in blocks] == [50, 50, 21]
    assert list(blocks_from(table.key, table.ref, 1, blocks[0][1])) == blocks[1:]


def test_equal_rows_of_one_file_differ_and_the_same_file_is_the_same(context: Flask) -> None:
    data = a_csv([a_row(1), a_row(1)])
    first, again = spool_table("a.csv", data), spool_table("b.csv", data)
    digests = [
        [row.digest for block, _end in blocks_from(each.key, each.ref, 0, 0) for row in block]
        for each in (first, again)
    ]
    assert len(set(digests[0])) == 3
    assert digests[0] == digests[1]
    assert first.digest == again.digest


def test_a_child_that_runs_out_of_memory_or_meets_nonsense_harms_nobody(context: Flask) -> None:
    assert MEMORY_BYTES <= 1024**3
    with pytest.raises(Invalid, match="认不出"):
        spool_table("照片.csv", b"\x89PNG\x00\x01\x02")
    with pytest.raises(Invalid, match="没有内容"):
        spool_table("空.csv", b"")
