"""The child process that compares the texts of one consultation; `apart` starts it by its path.

Input: one line of JSON (`memory_bytes`, `cpu_seconds`), then a line of JSON for each text:
`[clauses, side, copies]`. Output: a line of JSON for each group, `[[place, resemblance], …]`.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Read the texts from standard input, answer on standard output."""
    kernel = Path(__file__).resolve().parent.parent / "kernel"
    limits = runpy.run_path(str(kernel / "limits.py"))
    request = json.loads(sys.stdin.buffer.readline())
    limits["limit_resources"](request["memory_bytes"], request["cpu_seconds"])
    limits["use_bare_packages"]("campaigns", "comments", "consultations", "kernel", "rulebook")
    from participation.campaigns.grouping import Text, group
    from participation.campaigns.rules import Side

    texts = [
        Text(tuple(clauses), Side(side), copies)
        for clauses, side, copies in map(json.loads, sys.stdin.buffer)
    ]
    for found in group(texts):
        sys.stdout.write(json.dumps(found.texts) + "\n")


if __name__ == "__main__":
    main()
