"""Tables read as text in a child process, whatever wrote them."""

from __future__ import annotations

import base64
import datetime
import zlib

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


OLD_WORKBOOK = (
    "eNrtWE1IVFEU/u6bN84POj+mgQY2CFlNIyRt2jhjYgnBDGMGpkU25jTExChDBGWUZQNFREGLMNoItmhjBlFZLXLX"
    "wrCfRRAETtGqVVAUpPM698x7w2gEDpRgvO9xzz0/995z3z33772Xs965sXu1WSxBEBbkNAfKinSCksMQPCC7pknW"
    "yO2UNBOrCg47BbLMiicVMzYZQxnvLBRMqtNEgQ+UDmAQkYFU3LeCaOU+xITsQzNRgVukcaGGe1XJ9DDTNUzvcsmn"
    "TFtYc4VpM5WdEz2YDUX82/VZvE+pZ5sLst2HXOcda5pQjedyFp+9JvJlrdiRPho7tsoMdWo5xkEBbY+n4mkpu3Eb"
    "TqCb0BgON7a1zaGKgj2Ob5oP+Gqs6mc+U7+yegHS/1ist/1Bb6cgLtVfV1RgGNohXiQZlCOoSosihk5MXp5HF2/Z"
    "MpH96sHvnRaIF50XRx9HVIi9wz9PT8XdvWSKJYJJ0rhj05cyHVP7SfMpvj5BWVMCEaoTGHJEYgkqMTDo775xRNnq"
    "lM3y7uFZtHtU8KoqJ9oPN/NeXlse6v78nS+vw33RUC9rhvnEyJ8rG+RrQMM5WYMqu9iiwGjVz/wWpue51XXM1zKt"
    "oolPeUO0Wmd2jXCZC2xtID/bGG9CG4v4TcRnPnc8qst8DG0mfqI9e6pq4m1oDPU0YP1UXz4jCIiAuDkqMRUycqHv"
    "Qe+Z1vy2H9kVj953TT883ViQK5DgZZqX5OiIgqToY5WXLCRZCpJKklqQrCRZdT9iiZ8zipN1Xh45WV6wHylZaGQF"
    "+yFEe+47WvN26ctWKC19ydjkW7LSu+5+pSCoVOIBh6Sl6FbghAkTJkyYMGHChInVA6Hfsi18wwTfKeU90ab/11mg"
    "lDN/k/y32IMBeo7TR+VOpChP42RJ82ctrMJoSyyzjvG/UKKLvKeRRB/3I1ny/KWvMFH8Psuu6Pl7S6hU/7lS+vmP"
    "/f8CnObnsg=="
)
"""A workbook in the form of Excel 97 (made with xlwt), packed: two rows of a clerk's register."""


def test_a_workbook_of_the_old_kind_is_read_too() -> None:
    rows = read(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    assert rows[0][1] == ["序号", "反馈人", "联系方式", "条款", "意见内容", "日期"]
    assert rows[1] == (2, ["1", "朱一", "13800000000", "第三条", "灯太暗。", "2026-05-20"])


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
