"""Databases as released versions left them: the rows of `released/<revision>.json`, multiplied.

Each file was written by the code of that revision (its factories and operations), with raw values
as SQLite holds them. A revision without a file begins empty.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, MetaData, Table, inspect, text
from sqlalchemy.schema import CreateIndex, CreateTable

FOLDER = Path(__file__).parent / "released"
AT_ONCE = 5_000
# Revision 0003 counts by one dimension more: its upgrade adds these rows, and changes no old one.
OLD_ROWS = {"comment_tally": "WHERE dimension <> 'standing'"}


def fill(connection: Connection, revision: str, comments: int) -> None:
    """Write a revision's rows into its empty tables, and as many opinions in all as is said."""
    file = FOLDER / f"{revision}.json"
    if not file.exists():
        return
    rows = json.loads(file.read_text(encoding="utf-8"))
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if found := rows.get(table.name):
            connection.execute(table.insert(), [_typed(table, row) for row in found])
    comment = metadata.tables["comment"]
    for some in _more(_typed(comment, rows["comment"][0]), comments - len(rows["comment"])):
        connection.execute(comment.insert(), some)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    # Every row of a statement names the same columns.
    return {column.name: _value(column.type, row.get(column.name)) for column in table.columns}


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC if kind.timezone else None)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Boolean):
        return bool(value)
    return json.loads(value) if isinstance(kind, JSON) else value


def _more(first: dict[str, Any], count: int) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for number in range(1000, 1000 + count):
        own = {"id": number, "number": number, "receipt": f"{number:016}"}
        some.append({**first, **own, "submission_key": f"more-{number}", "account_id": None})
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def shape(connection: Connection) -> str:
    """The tables, columns, keys, constraints and indexes as one text."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return "\n".join(sorted(_in_order(row[0]) for row in found))
    metadata = MetaData()
    metadata.reflect(connection)
    triggers = connection.execute(
        text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
    )
    made = [str(CreateTable(each).compile(connection)) for each in metadata.sorted_tables]
    made += [
        str(CreateIndex(index).compile(connection))
        for table in metadata.sorted_tables
        for index in sorted(table.indexes, key=lambda each: str(each.name))
    ]
    return "\n".join(sorted(made) + sorted(f"{name} {table}" for name, table in triggers))


def _in_order(statement: str) -> str:
    # A table that was built anew has its constraints in any order.
    head, *lines = statement.split("\n")
    return "\n".join([head, *sorted(line.rstrip(", ") for line in lines)])


def columns(connection: Connection) -> dict[str, list[str]]:
    """The tables with their columns, but for the mark of the revision."""
    found = inspect(connection)
    return {
        table: [each["name"] for each in found.get_columns(table)]
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def digest(connection: Connection, wanted: dict[str, list[str]]) -> dict[str, str]:
    """Of every table: how many of the old rows, and a hash over these columns of them."""
    found = {}
    for table, names in wanted.items():
        listed = ", ".join(f'"{name}"' for name in names)
        old = OLD_ROWS.get(table, "")
        statement = text(f'SELECT {listed} FROM "{table}" {old} ORDER BY {listed}')
        total, count = hashlib.sha256(), 0
        for row in connection.execute(statement.execution_options(stream_results=True)):
            total.update(repr(tuple(row)).encode())
            count += 1
        found[table] = f"{count} {total.hexdigest()}"
    return found
