"""The lines of `comments.jsonl`: every opinion's place, how it stands, and what opens its leaf."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from participation.kernel.db import db
from participation.record.models import RecordLeaf, RecordOpening
from participation.record.queries import opinions
from participation.record.queries.opinions import Opinion
from participation.record.rules import Kind, State


def public_entries(
    consultation_id: int, after_number: int = 0, limit: int = 500
) -> list[dict[str, Any]]:
    """One line for each opinion after a number, in their order; three statements.

    `{"number", "index", "state"}`, a published one with `words` and `salt` (and `masked`). The
    state is the row's: whoever compares it with the leaves finds what was hidden without one.
    """
    rows = opinions.after(consultation_id, after_number, limit)
    if not rows:
        return []
    first, last = rows[0].number, rows[-1].number
    places = _places(consultation_id, first, last)
    salts = _salts(consultation_id, first, last)
    return [_line(row, places, salts) for row in rows]


def _places(consultation_id: int, first: int, last: int) -> dict[tuple[str, int], int]:
    rows = db.session.execute(
        select(RecordLeaf.kind, RecordLeaf.number, RecordLeaf.index).where(
            RecordLeaf.consultation_id == consultation_id,
            RecordLeaf.kind.in_([Kind.COMMENT, Kind.TOMBSTONE]),
            RecordLeaf.number.between(first, last),
        )
    )
    return {(str(kind), number or 0): index for kind, number, index in rows}


def _salts(consultation_id: int, first: int, last: int) -> dict[tuple[int, str], bytes]:
    """The newest salt of each opinion's field."""
    rows = db.session.execute(
        select(RecordOpening.number, RecordOpening.field, RecordOpening.salt)
        .where(
            RecordOpening.consultation_id == consultation_id,
            RecordOpening.field.in_(["body", "shown"]),
            RecordOpening.number.between(first, last),
        )
        .order_by(RecordOpening.index)
    )
    return {(number, field): salt for number, field, salt in rows}


def _line(
    row: Opinion,
    places: dict[tuple[str, int], int],
    salts: dict[tuple[int, str], bytes],
) -> dict[str, Any]:
    removed = (Kind.TOMBSTONE.value, row.number) in places
    state = State.REMOVED if removed else row.state
    line: dict[str, Any] = {"number": row.number, "state": state.value}
    index = places.get((Kind.COMMENT.value, row.number))
    if index is not None:
        line["index"] = index
    if state is not State.PUBLISHED:
        return line
    line["words"] = row.shown()
    salt = salts.get((row.number, "shown" if row.is_masked else "body"))
    if row.is_masked:
        line["masked"] = True
    if salt is not None:
        line["salt"] = salt.hex()
    return line
