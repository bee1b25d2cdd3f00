"""Writing the record: leaves in the transaction of what they tell, heads by whoever has the key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.record.operations import telling
from participation.record.operations.beginning import begin_log, log_for
from participation.record.operations.heads import rotate_key, sign_head
from participation.record.operations.log import LogWriter, locked_log
from participation.record.operations.packages import (
    ask_for_package,
    keep_package,
    withdraw_package,
)
from participation.record.rules import Kind

__all__ = [
    "LogWriter",
    "append",
    "ask_for_package",
    "begin_log",
    "keep_package",
    "locked_log",
    "log_for",
    "rotate_key",
    "sign_head",
    "telling",
    "withdraw_package",
]


def append(
    consultation_id: int,
    kind: Kind,
    fields: Mapping[str, Any],
    openings: Mapping[str, bytes] | None = None,
    number: int | None = None,
) -> int | None:
    """Add one leaf to a consultation's log, which is begun where there is none; its index.

    None where the log was begun by this very transaction, and told all that is there.
    """
    writer = log_for(consultation_id)
    if writer is None:
        return None
    index = writer.add(kind, fields, openings=openings, number=number)
    writer.store()
    return index
