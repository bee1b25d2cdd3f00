"""Rules of the record: what a leaf may be, which states it tells, and when a head is due.

Source: docs/record-format.md.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

# A head is signed when so many leaves are new, or the first of them is so old.
HEAD_LEAVES = 100
HEAD_AGE = timedelta(seconds=60)
# Leaves that wait longer for a head are a finding of `doctor`.
UNSIGNED_TOO_LONG = timedelta(minutes=10)


class Kind(StrEnum):
    """What a leaf tells."""

    OPEN = "open"
    COMMENT = "comment"
    SURVEY = "survey"
    MODERATE = "moderate"
    SUPERSEDE = "supersede"
    TOMBSTONE = "tombstone"
    AMEND = "amend"
    OUTAGE = "outage"
    CLOSE = "close"
    RESULT = "result"
    ROTATE = "rotate"


class State(StrEnum):
    """How an opinion stands in the record; without a `moderate` leaf it waits."""

    WAITING = "waiting"
    PUBLISHED = "published"
    WITHHELD = "withheld"
    RESTRICTED = "restricted"
    REMOVED = "removed"


class Cause(StrEnum):
    """Why a head was signed."""

    LEAVES = "leaves"
    TIME = "time"
    CLOSE = "close"
    RESULT = "result"
    ROTATION = "rotation"
    COMMAND = "command"
    REMOVAL = "removal"
