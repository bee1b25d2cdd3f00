"""Proofs from stored nodes: few statements and few rows, however many leaves there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Integer, literal, select, tuple_, union_all

from participation.kernel.db import db
from participation.kernel.merkle import (
    Cover,
    Node,
    consistency_path,
    cover,
    folded,
    hashes_of,
    inclusion_path,
)
from participation.record.models import RecordLeaf, RecordNode


def inclusion_proof(consultation_id: int, index: int, size: int) -> list[bytes]:
    """The proof that a leaf stands among the first `size`; one statement.

    Raises ValueError where the log has no such leaf or is not of that size yet.
    """
    return _proof(consultation_id, inclusion_path(index, size))


def consistency_proof(consultation_id: int, old: int, new: int) -> list[bytes]:
    """The proof that the first `new` leaves begin with the first `old`; one statement.

    Raises ValueError where old > new, or the log is not of that size yet.
    """
    return _proof(consultation_id, consistency_path(old, new))


def root_at(consultation_id: int, size: int) -> bytes:
    """The root of the first `size` leaves, from stored nodes; one statement."""
    places = cover(0, size)
    found = _hashes(consultation_id, places)
    return folded([found[each] for each in places])


def _proof(consultation_id: int, path: Sequence[Cover]) -> list[bytes]:
    found = _hashes(consultation_id, {place for each in path for place in each})
    return hashes_of(path, found.__getitem__)


def _hashes(consultation_id: int, places: Iterable[Node]) -> dict[Node, bytes]:
    """The hashes of complete nodes; raise ValueError where one of them is not there."""
    wanted = list(places)
    if not wanted:
        return {}
    bottom = [place.position for place in wanted if place.level == 0]
    above = [tuple(place) for place in wanted if place.level > 0]
    parts = []
    if bottom:
        parts.append(
            select(
                literal(0, Integer).label("level"),
                RecordLeaf.index.label("place"),
                RecordLeaf.hash.label("hash"),
            ).where(RecordLeaf.consultation_id == consultation_id, RecordLeaf.index.in_(bottom))
        )
    if above:
        parts.append(
            select(RecordNode.level, RecordNode.index.label("place"), RecordNode.hash).where(
                RecordNode.consultation_id == consultation_id,
                tuple_(RecordNode.level, RecordNode.index).in_(above),
            )
        )
    rows = db.session.execute(union_all(*parts) if len(parts) > 1 else parts[0])
    found = {Node(row.level, row.place): bytes(row.hash) for row in rows}
    if missing := set(wanted) - set(found):
        raise ValueError(f"the log has no node {min(missing)}")
    return found
