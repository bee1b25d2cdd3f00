"""Adding leaves to a consultation's log, in the transaction of what they tell.

The log's row is locked first, so that its leaves stand in one order. Statements are composed once
and carry no objects: every submission runs them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from participation.kernel import clock
from participation.kernel.canonical import SALT_BYTES, canonical, commitment
from participation.kernel.db import Base, db
from participation.kernel.merkle import Edge, leaf_hash
from participation.record.leaves import assembled
from participation.record.models import (
    RecordLeaf,
    RecordLog,
    RecordMap,
    RecordNode,
    RecordOpening,
)
from participation.record.rules import Kind

LOG, LEAF, NODE, OPENING, MAP = (
    Base.metadata.tables[each.__tablename__]
    for each in (RecordLog, RecordLeaf, RecordNode, RecordOpening, RecordMap)
)
_LOCKED = (
    select(LOG.c.origin, LOG.c.size, LOG.c.edge, LOG.c.surveys, LOG.c.unsigned_since)
    .where(LOG.c.consultation_id == bindparam("of"))
    .with_for_update()
)
_GROWN = (
    update(LOG)
    .where(LOG.c.consultation_id == bindparam("of"))
    .values(
        size=bindparam("to_size"),
        edge=bindparam("to_edge"),
        surveys=bindparam("to_surveys"),
        unsigned_since=bindparam("since"),
    )
)
_ADDED = {each: insert(each) for each in (LEAF, NODE, OPENING, MAP)}

# A log that is begun late has a hundred thousand leaves: they are stored in parts.
MOST_KEPT = 1_000


class LogWriter:
    """Adds leaves to one log that is locked; `store()` ends it."""

    def __init__(self, consultation_id: int, row: Any) -> None:
        self.consultation_id = consultation_id
        self.origin: str = row.origin
        self._edge = Edge.from_bytes(row.size, row.edge)
        self._surveys: int = row.surveys
        self._unsigned_since: datetime = row.unsigned_since or clock.now()
        self._rows: dict[Any, list[dict[str, Any]]] = {LEAF: [], NODE: [], OPENING: [], MAP: []}

    @property
    def size(self) -> int:
        """How many leaves there are by now."""
        return self._edge.size

    @property
    def surveys(self) -> int:
        """How many of them are survey responses."""
        return self._surveys

    def add(
        self,
        kind: Kind,
        fields: Mapping[str, Any],
        *,
        openings: Mapping[str, bytes] | None = None,
        number: int | None = None,
        at: datetime | None = None,
    ) -> int:
        """Add a leaf and return its index.

        `openings` are the values of its commitments by field: `c_<field>` is added to the leaf and
        the salt kept under `number`. `at` is when it happened (now).
        """
        committed = {
            f"c_{field}": self.commit_to(field, value, number or 0)
            for field, value in (openings or {}).items()
        }
        return self.add_data(
            kind, canonical(assembled(kind, {**fields, **committed}, at or clock.now())), number
        )

    def add_data(self, kind: Kind, data: bytes, number: int | None = None) -> int:
        """Add a leaf of these bytes."""
        index, hashed = self._edge.size, leaf_hash(data)
        of = {"consultation_id": self.consultation_id}
        self._rows[LEAF].append(
            {
                **of,
                "index": index,
                "kind": kind.value,
                "number": number,
                "data": data,
                "hash": hashed,
                "at": clock.now(),
            }
        )
        self._rows[NODE] += (
            {**of, "level": level, "index": place, "hash": above}
            for level, place, above in self._edge.append(hashed)
        )
        self._surveys += kind is Kind.SURVEY
        if len(self._rows[LEAF]) >= MOST_KEPT:
            self._store_rows()
        return index

    def commit_to(self, field: str, value: bytes, number: int) -> str:
        """A commitment for the next leaf, its fresh salt kept under a number."""
        salt = secrets.token_bytes(SALT_BYTES)
        self._rows[OPENING].append(
            {
                "consultation_id": self.consultation_id,
                "number": number,
                "field": field,
                "index": self._edge.size,
                "salt": salt,
            }
        )
        return commitment(field, salt, value)

    def keep_map(self, index: int, content: bytes) -> None:
        """Keep what the `map_sha256` of the leaf at `index` is of."""
        self._rows[MAP].append(
            {"consultation_id": self.consultation_id, "index": index, "content": content}
        )

    def store(self) -> None:
        """Write what was added, and the log's new edge."""
        self._store_rows()
        # The connection itself: the session would look for objects in what has none.
        db.session.connection().execute(
            _GROWN,
            {
                "of": self.consultation_id,
                "to_size": self._edge.size,
                "to_edge": self._edge.to_bytes(),
                "to_surveys": self._surveys,
                "since": self._unsigned_since,
            },
        )

    def _store_rows(self) -> None:
        connection = db.session.connection()
        for table, rows in self._rows.items():
            if rows:
                connection.execute(_ADDED[table], rows)
                rows.clear()


def locked_log(consultation_id: int) -> LogWriter | None:
    """The log of a consultation, locked to be added to; None where there is none."""
    row = db.session.connection().execute(_LOCKED, {"of": consultation_id}).one_or_none()
    return LogWriter(consultation_id, row) if row else None
