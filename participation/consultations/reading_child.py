"""The child process that reads one draft within limits; `reading` starts it by its path.

Input: one line of JSON (``name``, ``memory_bytes``, ``cpu_seconds``), then the bytes of the file.
Output: one JSON object, ``draft`` or ``error``. It loads nothing of the application but the pure
reader, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from participation.consultations.parsed import SourceLine

MAX_CHARACTERS = 1_000_000
MAX_LINES = 20_000  # lines that have words


def read(name: str, data: bytes) -> dict[str, Any]:
    """The answer for one file, as JSON-ready values."""
    from participation.consultations.parsed import UnreadableDraft

    try:
        return {"draft": _draft(name, data)}
    except UnreadableDraft as error:
        return {"error": {"code": error.code, "params": error.params}}
    except MemoryError:
        return {"error": {"code": "too-much-memory", "params": {}}}
    except RecursionError:
        return {"error": {"code": "damaged", "params": {}}}


def _draft(name: str, data: bytes) -> dict[str, Any]:
    from participation.consultations.formats import format_of
    from participation.consultations.tree import read_clauses

    form = format_of(name, data)
    if form == "docx":
        from participation.consultations.docx import lines_of_docx

        lines = lines_of_docx(data)
    else:
        from participation.consultations.plaintext import lines_of_text

        lines = lines_of_text(data, markdown=form == "markdown")
    _check_size(lines)
    return read_clauses(lines).as_dict()


def _check_size(lines: Sequence[SourceLine]) -> None:
    from participation.consultations.lines import clean
    from participation.consultations.parsed import UnreadableDraft

    worded = [line for line in lines if clean(line.text)]
    if not worded:
        raise UnreadableDraft("empty")
    if len(worded) > MAX_LINES:
        raise UnreadableDraft("too-many-lines", {"limit": str(MAX_LINES)})
    if sum(len(line.text) for line in worded) > MAX_CHARACTERS:
        raise UnreadableDraft("too-many-characters", {"limit": str(MAX_CHARACTERS)})


def main() -> None:
    """Read the request from standard input, answer on standard output."""
    kernel = Path(__file__).resolve().parent.parent / "kernel"
    limits = runpy.run_path(str(kernel / "limits.py"))
    request = json.loads(sys.stdin.buffer.readline())
    limits["limit_resources"](request["memory_bytes"], request["cpu_seconds"])
    limits["use_bare_packages"]("consultations")
    answer = read(request["name"], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
