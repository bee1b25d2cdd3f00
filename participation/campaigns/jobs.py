"""The worker's looks at what came in: soon after new opinions, the rarer the more there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.campaigns import operations, queries
from participation.campaigns.operations.finding import FIND
from participation.kernel import clock, jobs
from participation.kernel.db import db, transaction

LOOK_SECONDS = 30.0


@jobs.every(LOOK_SECONDS)
def look_for_new() -> None:
    """Plan a look at every consultation where something is new since the last one."""
    due = queries.due_searches(clock.now())
    db.session.rollback()
    if due:
        with transaction():
            for consultation_id, received, changes in due:
                operations.plan_search(consultation_id, f"{consultation_id}:{received}:{changes}")


@jobs.handler(FIND, outside=True)
def find(payload: Mapping[str, Any]) -> None:
    """Look through the opinions of a consultation; a second time changes nothing."""
    find_campaigns(int(payload["consultation_id"]))


def find_campaigns(consultation_id: int) -> int:
    """Find what says the same and note it, piece by piece; returns how many groups there are.

    Not within a transaction. Cut off in the middle, the next look comes to the same end.
    """
    look = operations.compare(consultation_id)
    db.session.rollback()
    for piece in look.pieces():
        with transaction():
            operations.note_piece(look, piece)
    for strays in look.stray_pieces():
        with transaction():
            operations.drop_strays(look, strays)
    with transaction():
        return operations.conclude(look)
