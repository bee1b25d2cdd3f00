"""The comparison in a process of its own: what it takes is given back when it ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from participation.campaigns.grouping import Alike, Group, Text
from participation.kernel.confined import lines_of_child, request_line

CHILD = Path(__file__).parent / "grouping_child.py"
SECONDS = 1800.0
MEMORY_BYTES = 4 * 1024**3


def group_apart(texts: Sequence[Text]) -> list[Group]:
    """As `grouping.group`. Raises ChildFailed or Unavailable as `confined.lines_of_child` does."""
    if not texts:
        return []
    given = "".join(f"{json.dumps([each.clauses, each.side, each.copies])}\n" for each in texts)
    request = request_line(
        {},
        timeout_seconds=SECONDS,
        memory_bytes=MEMORY_BYTES,
        most_cpu_seconds=round(SECONDS),
    )
    return [
        Group([Alike(*each) for each in json.loads(line)])
        for line in lines_of_child(CHILD, request, given.encode(), SECONDS)
    ]
