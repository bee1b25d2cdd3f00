"""The table of the drills: one row for each figure, with what was measured and its control."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.drills.harness import FULL


def report(figure: str, goal: str, measured: str, control: str) -> None:
    """Note a row: printed, and added as a line of JSON to the file named by DRILL_TABLE."""
    row = {
        "figure": figure,
        "size": "full" if FULL else "ci",
        "goal": goal,
        "measured": measured,
        "control": control,
    }
    print(" | ".join(row.values()))
    if path := os.environ.get("DRILL_TABLE"):
        with Path(path).open("a", encoding="utf-8") as table:
            table.write(json.dumps(row, ensure_ascii=False) + "\n")
