"""Reading a log: its leaves, its signed heads and the keys that sign them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, literal, or_, select, union_all

from participation.consultations.models import Consultation
from participation.consultations.rules import Status
from participation.kernel.checkpoint import verifier_key
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.record.models import RecordHead, RecordKey, RecordLeaf, RecordLog
from participation.record.rules import HEAD_AGE, HEAD_LEAVES, UNSIGNED_TOO_LONG, Kind

_NO_LEAF = -1


def log_of(consultation_id: int) -> RecordLog | None:
    """The log of a consultation, where one has begun."""
    return db.session.get(RecordLog, consultation_id)


def leaves(consultation_id: int, start: int = 0, limit: int = 500) -> list[bytes]:
    """The bytes of leaves from an index on, in their order."""
    return list(
        db.session.scalars(
            select(RecordLeaf.data)
            .where(RecordLeaf.consultation_id == consultation_id, RecordLeaf.index >= start)
            .order_by(RecordLeaf.index)
            .limit(limit)
        )
    )


def leaf(consultation_id: int, index: int) -> RecordLeaf:
    """The leaf at an index; raise NotFound where there is none."""
    found = db.session.get(RecordLeaf, (consultation_id, index))
    if found is None:
        raise NotFound(str(index))
    return found


def comment_leaf(consultation_id: int, number: int) -> RecordLeaf | None:
    """The leaf of the opinion of that number."""
    return last_of_kind(consultation_id, Kind.COMMENT, number)


def tombstone_leaf(consultation_id: int, number: int) -> RecordLeaf | None:
    """The leaf that tells the removal of the opinion of that number."""
    return last_of_kind(consultation_id, Kind.TOMBSTONE, number)


def last_of_kind(consultation_id: int, kind: Kind, number: int | None = None) -> RecordLeaf | None:
    """The last leaf of a kind: of that number, or of a kind that has none."""
    return db.session.scalars(
        select(RecordLeaf)
        .where(
            RecordLeaf.consultation_id == consultation_id,
            RecordLeaf.kind == kind,
            RecordLeaf.number == number,
        )
        .order_by(RecordLeaf.index.desc())
        .limit(1)
    ).one_or_none()


def newest_head(consultation_id: int) -> RecordHead | None:
    """The head signed last."""
    return db.session.scalars(
        select(RecordHead)
        .where(RecordHead.consultation_id == consultation_id)
        .order_by(RecordHead.size.desc())
        .limit(1)
    ).one_or_none()


def heads(
    consultation_id: int, after_size: int = 0, limit: int | None = None
) -> Sequence[RecordHead]:
    """The heads from the first to the last, those larger than a size; a page where limited."""
    return db.session.scalars(
        select(RecordHead)
        .where(RecordHead.consultation_id == consultation_id, RecordHead.size > after_size)
        .order_by(RecordHead.size)
        .limit(limit)
    ).all()


# The rotations of a log, then the present key: one statement for a receipt's keys.
_KEYS = union_all(
    select(RecordLeaf.index.label("place"), RecordLeaf.data.label("data")).where(
        RecordLeaf.consultation_id == bindparam("of"), RecordLeaf.kind == Kind.ROTATE
    ),
    select(literal(_NO_LEAF, Integer), RecordKey.public).where(RecordKey.retired_at.is_(None)),
)


def verifier_keys(consultation_id: int, origin: str | None = None) -> list[str]:
    """The keys that have signed a log's heads, the newest last; none until the first was made.

    One statement where the log's origin is given.
    """
    if origin is None:
        found = log_of(consultation_id)
        if found is None:
            return []
        origin = found.origin
    rows = sorted(
        (row.place, bytes(row.data)) for row in db.session.execute(_KEYS, {"of": consultation_id})
    )
    rotations = [json.loads(data) for index, data in rows if index != _NO_LEAF]
    if rotations:
        return [rotations[0]["old_key"], *(each["new_key"] for each in rotations)]
    return [verifier_key(origin, public) for _, public in rows]


def present_key() -> RecordKey | None:
    """The key that heads are signed with now."""
    return db.session.scalars(select(RecordKey).where(RecordKey.retired_at.is_(None))).one_or_none()


def due_for_heads(now: datetime) -> list[tuple[int, bool]]:
    """Logs that wait for a head, each with whether by its number of leaves and not by its age."""
    many = RecordLog.size - RecordLog.signed >= HEAD_LEAVES
    rows = db.session.execute(
        select(RecordLog.consultation_id, many)
        .where(
            RecordLog.unsigned_since.is_not(None),
            or_(many, RecordLog.unsigned_since <= now - HEAD_AGE),
        )
        .order_by(RecordLog.unsigned_since)
    )
    return [(row[0], bool(row[1])) for row in rows]


def unsigned_too_long(now: datetime) -> list[RecordLog]:
    """Logs whose leaves have waited for a head for longer than they should."""
    return list(
        db.session.scalars(
            select(RecordLog)
            .where(RecordLog.unsigned_since < now - UNSIGNED_TOO_LONG)
            .order_by(RecordLog.unsigned_since)
        )
    )


def without_log(limit: int = 100) -> list[int]:
    """Published consultations that have no log yet: an instance from before there were logs."""
    return list(
        db.session.scalars(
            select(Consultation.id)
            .outerjoin(RecordLog, RecordLog.consultation_id == Consultation.id)
            .where(Consultation.status == Status.PUBLISHED, RecordLog.consultation_id.is_(None))
            .order_by(Consultation.id)
            .limit(limit)
        )
    )


def all_logs() -> Sequence[Any]:
    """Every log as (consultation_id, slug, origin), the oldest first."""
    return db.session.execute(
        select(RecordLog.consultation_id, Consultation.slug, RecordLog.origin)
        .join(Consultation, Consultation.id == RecordLog.consultation_id)
        .order_by(RecordLog.consultation_id)
    ).all()
