"""Which contents of the storage the rows claim: what no row claims any more may go."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Column, select

from participation.kernel import clock
from participation.kernel.db import Base, db
from participation.kernel.errors import NotFound
from participation.kernel.storage import StorageKey, storage

PUT_TO_COMMIT = timedelta(minutes=10)
"""Longer than any request between putting a content and committing the row that claims it."""


def claiming_columns() -> list[Column[str]]:
    """The columns, in all tables, that claim a content."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, StorageKey)
    ]


def is_claimed(key: str) -> bool:
    """Whether any row claims the content."""
    return any(
        db.session.scalar(select(column).where(column == key).limit(1)) is not None
        for column in claiming_columns()
    )


def drop_unclaimed(key: str) -> bool:
    """Remove a content that no row claims; False where it has to be tried again later.

    A content that was put just now may be about to be claimed by somebody else.
    """
    claimed = is_claimed(key)
    db.session.rollback()
    if claimed:
        return True
    try:
        written_at = storage().written_at(key)
    except NotFound:
        return True
    if written_at > clock.now() - PUT_TO_COMMIT:
        return False
    storage().delete(key)
    return True
