"""Which contents of the storage the rows claim: every column typed `StorageKey`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from participation.kernel.claims import claiming_columns


def claimed_keys(session: Session) -> Iterator[str]:
    """Each content that a row names, once, in the order of the keys.

    An older schema may lack some of the tables or columns.
    """
    present = inspect(session.connection())
    found: set[str] = set()
    for column in claiming_columns():
        table = column.table.name
        if not present.has_table(table):
            continue
        if column.name not in {each["name"] for each in present.get_columns(table)}:
            continue
        keys = session.scalars(select(column).where(column.is_not(None)).distinct())
        found.update(key for key in keys if key)
    yield from sorted(found)
