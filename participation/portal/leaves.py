"""A long draft cut into leaves that an old phone can load, always between whole articles."""

from __future__ import annotations

from collections.abc import Sequence

from participation.consultations.queries import ClauseRow

# With a full margin beside every article a leaf stays below 150 kB.
LEAF_CHARACTERS = 16_000
HEADINGS = {"part", "chapter", "section"}
TOPS = HEADINGS | {"article"}


def leaves_of(clauses: Sequence[ClauseRow]) -> list[list[ClauseRow]]:
    """The clauses in order, in leaves of about `LEAF_CHARACTERS`; a heading stays with its text."""
    leaves: list[list[ClauseRow]] = [[]]
    length = 0
    for row in clauses:
        begins = row.kind in TOPS or row.parent_id is None
        before = leaves[-1][-1] if leaves[-1] else None
        if begins and length > LEAF_CHARACTERS and before and before.kind not in HEADINGS:
            leaves.append([])
            length = 0
        leaves[-1].append(row)
        length += len(row.text) + 40
    return leaves


def leaf_of(leaves: Sequence[Sequence[ClauseRow]], key: str) -> int:
    """The place of the leaf that holds a clause; the first where none does."""
    for place, leaf in enumerate(leaves):
        if any(row.key == key for row in leaf):
            return place
    return 0
