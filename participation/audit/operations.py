"""Putting entries into the log, and signing heads over it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select, text

from participation.audit import queries, rules
from participation.audit.leaves import origin, private_key
from participation.audit.models import AuditHead, AuditLeaf
from participation.kernel import clock
from participation.kernel.checkpoint import sign_head
from participation.kernel.db import db
from participation.kernel.merkle import Edge

BATCH = 5_000
# Any number that nobody else locks by; workers put entries in one after the other.
LOCK = 7_210_714


def sequence(*, look_back: int | None = queries.LOOK_BACK) -> int:
    """Give the entries that have none their places, in the order of their ids; returns how many.

    At most 5,000 at once. `look_back`: see `queries.unsequenced`.
    """
    _take_turn()
    found = queries.unsequenced(BATCH, look_back)
    first = queries.size()
    rows: list[dict[str, Any]] = [
        {"index": first + place, "entry_id": entry_id, "hash": value}
        for place, (entry_id, value) in enumerate(found)
    ]
    if rows:
        db.session.execute(insert(AuditLeaf), rows)
    return len(rows)


def sign(*, at_once: bool = False) -> AuditHead | None:
    """Sign a head over all leaves where one is due (`at_once`: where any is new)."""
    _take_turn()
    last = queries.newest_head()
    size = queries.size()
    signed = last.size if last else 0
    since = clock.now() - last.signed_at if last else None
    if size == signed or not (at_once or rules.is_head_due(size - signed, since)):
        return None
    edge = Edge.from_bytes(signed, last.edge) if last else Edge()
    for each in queries.hashes(signed, size):
        edge.append(each)
    root = edge.root()
    head = AuditHead(
        size=size,
        root=root,
        edge=edge.to_bytes(),
        note=sign_head(origin(), size, root, private_key()),
        signed_at=clock.now(),
    )
    db.session.add(head)
    db.session.flush()
    return head


def _take_turn() -> None:
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(text(str(LOCK)))))
