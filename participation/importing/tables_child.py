"""The child process that reads one table within limits; `spool` starts it by its path.

Input: one line of JSON (`memory_bytes`, `cpu_seconds`, `limits`), then the bytes of the file.
Output, each a line of JSON: `{"sheet", "others"}`, then `[number, [cell, …]]` for each row that is
not empty; `{"error", "params"}` in the place where it cannot go on.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Read the request from standard input, answer on standard output."""
    kernel = Path(__file__).resolve().parent.parent / "kernel"
    limits = runpy.run_path(str(kernel / "limits.py"))
    request = json.loads(sys.stdin.buffer.readline())
    limits["limit_resources"](request["memory_bytes"], request["cpu_seconds"])
    limits["use_bare_packages"]("importing")
    from participation.importing.tables import Limits, Unreadable, open_table, rows_of

    try:
        sheet = open_table(sys.stdin.buffer.read())
        _say({"sheet": sheet.name, "others": sheet.others})
        for number, cells in rows_of(sheet, Limits(*request["limits"])):
            _say([number, cells])
    except Unreadable as error:
        _say({"error": error.code, "params": error.params})
    except MemoryError:
        _say({"error": "too-much-memory", "params": {}})


def _say(answer: Any) -> None:
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode(errors="replace") + b"\n")


if __name__ == "__main__":
    main()
