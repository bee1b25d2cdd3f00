"""Which columns hold sealed values, by which keys, and how they move to a new key.

A column says so itself: `info={"sealed": ("comment.name", "receipt")}` is the name its values are
bound to and the column that names the row, as in `comment.name:<receipt>`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Column, LargeBinary, func, select, type_coerce, update

from participation.kernel.db import Base, db
from participation.kernel.vault import vault

MARK_BYTES = 5
"""The version and the key's id, with which every sealed value begins."""


def sealed_columns() -> list[Column[Any]]:
    """Every column of sealed values, in the order of their names."""
    found = [
        column
        for table in Base.metadata.tables.values()
        for column in table.columns
        if "sealed" in column.info
    ]
    return sorted(found, key=str)


def sealed_info(name: str, by: str) -> dict[str, object]:
    """What a column of sealed values is given as its `info`."""
    return {"sealed": (name, by)}


def keys_in_use() -> dict[str, Counter[str]]:
    """How many values each key has sealed, by column and key id; reads every row."""
    return {str(column): _keys_of(column) for column in sealed_columns()}


def unknown_keys() -> Counter[str]:
    """How many values are sealed by keys that are not among the settings' keys, by key id."""
    total: Counter[str] = Counter()
    for counted in keys_in_use().values():
        total.update(counted)
    known = set(vault().key_ids)
    return Counter({key: count for key, count in total.items() if key not in known})


def reseal(column: Column[Any], most: int) -> int:
    """Seal up to `most` values of a column anew by the present key; returns how many were.

    Flushes and commits nothing. Raises ValueError for a value whose key is not there.
    """
    name, by = column.info["sealed"]
    table, box = column.table, vault()
    (key,) = table.primary_key.columns
    rows = db.session.execute(
        select(key.label("key"), table.c[by].label("row"), column.label("old"))
        .where(column.is_not(None), _mark(column) != box.mark)
        .order_by(key)
        .limit(most)
        .with_for_update()
    ).all()
    for row in rows:
        bound = f"{name}:{row.row}"
        db.session.execute(
            update(table)
            .where(key == row.key)
            .values({column.name: box.seal(box.open(row.old, bound), bound)})
        )
    return len(rows)


def _mark(column: Column[Any]) -> Any:
    return type_coerce(func.substr(column, 1, MARK_BYTES), LargeBinary)


def _keys_of(column: Column[Any]) -> Counter[str]:
    mark = _mark(column)
    rows = db.session.execute(select(mark, func.count()).where(column.is_not(None)).group_by(mark))
    return Counter({bytes(found)[1:].hex(): count for found, count in rows})
