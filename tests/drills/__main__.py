"""`python -m tests.drills`: every drill in full size, one after the other, and their table.

Words after it go to pytest (`-k deadline`, `--durations=20`). It ends with 1 if a figure was
missed, a control stayed green, or, where all were asked for, a figure has no row or no control.
"""

from __future__ import annotations

import os
import sys

import pytest


def main(words: list[str]) -> int:
    """Run the drills; the exit code."""
    os.environ.setdefault("DRILL_SIZE", "full")
    # Only now: the size is read when the drills are imported.
    from tests.drills.table import TABLE, gaps, merged

    code = int(pytest.main(["-m", "drill", "-n", "0", "-v", "tests", *words]))
    missing = [] if words else gaps(merged(TABLE.rows))
    for each in missing:
        print(f"MISSING {each}")
    return code or (1 if missing else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
