"""Reading for the open-data packages: the one handed out, and what it is made of besides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from participation.kernel.db import db
from participation.record.models import RecordLeaf, RecordLog, RecordPackage
from participation.record.rules import Kind


def package_of(consultation_id: int) -> RecordPackage | None:
    """The package that is handed out; None before the close, and while one is built anew."""
    return db.session.get(RecordPackage, consultation_id)


def outdated_packages(before: datetime) -> Sequence[tuple[int, int]]:
    """(consultation id, size of its log) of packages built before an instant that lack leaves."""
    rows = db.session.execute(
        select(RecordLog.consultation_id, RecordLog.size)
        .join(RecordPackage, RecordPackage.consultation_id == RecordLog.consultation_id)
        .where(RecordPackage.leaves < RecordLog.size, RecordPackage.built_at < before)
    )
    return [(row[0], row[1]) for row in rows]


def tombstones(consultation_id: int) -> list[tuple[int, bytes]]:
    """(index, leaf) of all removals."""
    rows = db.session.execute(
        select(RecordLeaf.index, RecordLeaf.data)
        .where(RecordLeaf.consultation_id == consultation_id, RecordLeaf.kind == Kind.TOMBSTONE)
        .order_by(RecordLeaf.index)
    )
    return [(row[0], bytes(row[1])) for row in rows]
