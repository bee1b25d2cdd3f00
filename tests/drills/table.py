"""The table of the drills: one row for each figure, with what was measured and what control saw.

A drill calls `report` when its figure was reached, its broken twin's test `report_control` when
the drill found the twin out; both may stand in one test. The rows travel in the tests' reports,
from other processes too (pytest-xdist), and are printed in one table at the end of the run.
DRILL_REPORT=FILE writes them as well: FILE.json as JSON, any other name as Markdown.

Registered by tests/conftest.py, so that drills may stand in any folder.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.drills.harness import FULL

PROPERTY = "drill"
COLUMNS = ("figure", "goal", "measured", "control")

FIGURES = {
    "R1": "kill -9 of the server",
    "R2": "power loss",
    "R3": "PostgreSQL killed and restarted",
    "R4": "publication by several workers",
    "R5": "the deadline",
    "R6": "clock skew",
    "R7": "double submission",
    "R8": "disk full",
    "R9": "Redis gone",
    "R10": "S3 gone, slow, half-written",
    "R11": "mail gone",
    "R12": "backup while writing",
    "R13": "erased stays erased",
    "R14": "flash crowd",
    "R15": "malformed uploads",
    "R16": "properties of the whole machine",
    "R17": "the API",
    "R18": "migrations killed midway",
    "R19": "soak",
    "R20": "verification",
}
"""The figures of reliability.md §3.1; a complete run has a row and a control for each."""

Row = dict[str, str]
_noted: list[Row] = []


def report(figure: str, goal: str, measured: str, control: str = "") -> None:
    """Note what was measured; `figure` begins with its number ("R1 kill -9, SQLite")."""
    _noted.append({"figure": figure, "goal": goal, "measured": measured, "control": control})


def report_control(figure: str, broken: str, found: str) -> None:
    """Note that the drill of a figure ("R1") found out what was broken on purpose."""
    _noted.append({"figure": figure, "goal": "", "measured": "", "control": f"{broken}: {found}"})


def number_of(figure: str) -> str:
    """The number that a figure's name begins with."""
    return figure.split()[0].rstrip(":,")


def merged(rows: Iterable[Mapping[str, str]]) -> list[Row]:
    """Rows in the order of their numbers; controls noted apart stand beside the first row."""
    kept = [dict(row) for row in rows if row["measured"]]
    for row in rows:
        if row["measured"]:
            continue
        number = number_of(row["figure"])
        own = next((each for each in kept if number_of(each["figure"]) == number), None)
        if own is None:
            own = {"figure": number, "goal": "", "measured": "not measured", "control": ""}
            kept.append(own)
        own["control"] = "; ".join(filter(None, (own["control"], row["control"])))
    return sorted(kept, key=lambda row: _order(row["figure"]))


def _order(figure: str) -> tuple[str, int, str]:
    found = re.match(r"([A-Z]+)(\d+)", figure)
    return (found[1], int(found[2]), figure) if found else ("~", 0, figure)


def gaps(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The figures that a complete run lacks: without a row, or without any control."""
    found = []
    for number, words in FIGURES.items():
        own = [row for row in rows if number_of(row["figure"]) == number]
        if not any(row["measured"] not in ("", "not measured") for row in own):
            found.append(f"{number} {words}: not measured")
        elif not any(row["control"] for row in own):
            found.append(f"{number} {words}: no control was seen to fail")
    return found


def as_text(rows: Sequence[Mapping[str, str]]) -> str:
    """The table as Markdown."""
    lines = ["| figure | goal | measured | control |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(row[name] for name in COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


class Table:
    """Carries the rows from the tests to the end of the run; a plugin of pytest."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._began = time.monotonic()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """What a test notes belongs to its report."""
        _noted.clear()
        try:
            return (yield)
        finally:
            item.user_properties += [(PROPERTY, row) for row in _noted]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the rows of a test that passed; a figure that was missed has a failed test."""
        if report.when == "call" and report.passed:
            self.rows += [dict(row) for name, row in report.user_properties if name == PROPERTY]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table, and write it where DRILL_REPORT says."""
        if not self.rows:
            return
        rows = merged(self.rows)
        terminalreporter.section(f"drills, {'full' if FULL else 'CI'} size")
        terminalreporter.write_line(as_text(rows))
        if path := os.environ.get("DRILL_REPORT"):
            self.write(Path(path), rows)

    def write(self, path: Path, rows: Sequence[Row]) -> None:
        """Write the table with the circumstances of the run."""
        about = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "size": "full" if FULL else "ci",
            "seconds": round(time.monotonic() - self._began),
            "cores": os.cpu_count(),
            "load": [round(each, 1) for each in os.getloadavg()],
        }
        if path.suffix == ".json":
            text = json.dumps({**about, "rows": rows}, ensure_ascii=False, indent=1)
        else:
            told = ", ".join(f"{name} {value}" for name, value in about.items())
            text = f"{told}\n\n{as_text(rows)}"
        path.write_text(text + "\n", encoding="utf-8")


TABLE = Table()
"""The table of this process; `tests/conftest.py` registers it."""
