"""The rows of an uploaded table, sealed in blocks in the storage, read back one block at a time.

A line is one block: a list of `[row number, digest, [cell, …]]` in JSON, sealed and in Base64. So
the memory needed is that of a block, and a place in the file is where its line begins.
"""

from __future__ import annotations

import base64
import json
import secrets
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, Any, NamedTuple

from participation.importing.headings import guessed_header
from participation.importing.rules import (
    BATCH,
    LARGEST_TABLE,
    LONGEST_CELL,
    LONGEST_ROW,
    MOST_COLUMNS,
    MOST_ROWS,
    ROWS_SHOWN,
)
from participation.kernel.confined import ChildFailed, lines_of_child, request_line
from participation.kernel.errors import Invalid
from participation.kernel.files import own_name
from participation.kernel.scanner import scanner
from participation.kernel.storage import storage
from participation.kernel.vault import blind_index, vault
from participation.kernel.verdict import N_

SECONDS = 60.0
MEMORY_BYTES = 1024 * 1024 * 1024
DIGEST_PURPOSE = "import.row"

_CHILD = Path(__file__).with_name("tables_child.py")
_DAMAGED = N_("这个文件打不开，可能已损坏。请用表格软件重新另存一份，再上传。")
TOO_LARGE = N_("文件超过 %(limit)s MB，没有收下。存成 .xlsx 会小得多，也可以分成几份上传。")
REASONS = {
    "empty": N_("表格里没有内容。"),
    "damaged": _DAMAGED,
    "failed": _DAMAGED,
    "locked": N_("表格设有密码，打不开。请去掉密码再上传。"),
    "not-a-table": N_("认不出这个文件。请上传 .xlsx、.xls 或者 .csv 表格。"),
    "too-many-rows": N_("一份表格最多 %(limit)s 行。请分成几份上传。"),
    "too-many-columns": N_("第 %(row)s 行超过 %(limit)s 栏。请删去用不着的栏再上传。"),
    "row-too-long": N_("第 %(row)s 行的文字超过 %(limit)s 字。请把它分成几行再上传。"),
    "too-much-memory": N_("这份表格太大，读不下。请分成几份上传。"),
    "took-too-long": N_("这份表格读得太久。请分成几份上传。"),
}

SAID = {"too-many-rows": {"limit": MOST_ROWS}}


class Row(NamedTuple):
    """A row with its number in the file and the digest by which it is known again."""

    number: int
    digest: str
    cells: list[str]


class Spooled(NamedTuple):
    """A table whose rows are stored under `key`; `header_row` is a guess, 0 where there is none."""

    name: str
    digest: str
    ref: str
    key: str
    sheet: str
    others: list[str]
    rows: int
    columns: int
    header_row: int


class Unopenable(Exception):
    """A block cannot be read back: sealed with a key that is gone, or not as it was put."""


def spool_table(name: str, data: bytes) -> Spooled:
    """Read an uploaded table and store its rows sealed, before any transaction.

    Raises Invalid at `file` for what cannot be read, Unavailable where that cannot be done now.
    """
    if not data:
        raise Invalid(REASONS["empty"], field="file")
    if len(data) > LARGEST_TABLE:
        limit = LARGEST_TABLE // (1024 * 1024)
        raise Invalid(TOO_LARGE, {"limit": limit}, field="file")
    scanner().scan(own_name(name), data)
    ref = secrets.token_hex(16)
    with (
        closing(_answers(data)) as answers,
        tempfile.NamedTemporaryFile(prefix="zhongyan-table-") as file,
    ):
        head: dict[str, Any] = next(answers, {"sheet": "", "others": []})
        rows, columns, header = _write_blocks(file, ref, answers)
        file.flush()
        key = storage().put_file(Path(file.name))
    return Spooled(
        name=own_name(name),
        digest=blind_index(data.hex(), "import.file"),
        ref=ref,
        key=key,
        sheet=head["sheet"][:100],
        others=[each[:100] for each in head["others"][:20]],
        rows=rows,
        columns=columns,
        header_row=header,
    )


def _answers(data: bytes) -> Generator[Any, None, None]:
    """What the child says, line by line; its errors become Invalid."""
    # What stands above the opinions (a title, the heads) is not counted against them.
    limits = (MOST_ROWS + ROWS_SHOWN, MOST_COLUMNS, LONGEST_CELL + 1, LONGEST_ROW)
    request = request_line(
        {"limits": limits},
        timeout_seconds=SECONDS,
        memory_bytes=MEMORY_BYTES,
        most_cpu_seconds=round(SECONDS),
    )
    try:
        with closing(lines_of_child(_CHILD, request, data, SECONDS)) as lines:
            for line in lines:
                answer = json.loads(line)
                if isinstance(answer, dict) and "error" in answer:
                    params = {**answer["params"], **SAID.get(answer["error"], {})}
                    raise Invalid(REASONS[answer["error"]], params, field="file")
                yield answer
    except ChildFailed as error:
        raise Invalid(REASONS[error.code], field="file") from None


def _write_blocks(file: IO[bytes], ref: str, answers: Iterator[Any]) -> tuple[int, int, int]:
    """Seal the rows into the file; how many there are, how many columns, and the row of heads."""
    seen: Counter[str] = Counter()
    first: list[tuple[int, list[str]]] = []
    count = columns = block = 0
    while batch := list(islice(answers, BATCH)):
        rows = []
        for number, cells in batch:
            digest = blind_index("\0".join(cells), DIGEST_PURPOSE)
            # The second of two equal rows is another person's opinion.
            rows.append((number, blind_index(f"{digest}:{seen[digest]}", DIGEST_PURPOSE), cells))
            seen[digest] += 1
            columns = max(columns, len(cells))
        first += [(number, cells) for number, _digest, cells in rows][: ROWS_SHOWN - len(first)]
        said = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        file.write(base64.b64encode(vault().seal(said, _bound(ref, block))) + b"\n")
        count, block = count + len(rows), block + 1
    return count, columns, guessed_header(first)


def blocks_from(key: str, ref: str, block: int, offset: int) -> Iterator[tuple[list[Row], int]]:
    """The blocks from one on, which begins at an offset, each with where the next one begins.

    Raises Unopenable for a block that cannot be opened, Unavailable where the storage is away.
    """
    rest = b""
    for part in storage().open_stream(key, offset):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            offset += len(line) + 1
            yield _opened(line, ref, block), offset
            block += 1


def _opened(line: bytes, ref: str, block: int) -> list[Row]:
    try:
        said = vault().open(base64.b64decode(line), _bound(ref, block))
    except ValueError as error:
        raise Unopenable(ref) from error
    return [Row(*each) for each in json.loads(said)]


def _bound(ref: str, block: int) -> str:
    return f"import.rows:{ref}:{block}"
