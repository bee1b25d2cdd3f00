"""SQLite's full-text table beside `search_entry`, and the triggers that keep the two alike.

FTS5 with external content: the tokens are stored once, in `search_entry.words`. They come cut by
`segmenting`, so its simplest tokenizer serves (ASCII's letters and digits, every other character),
without places in the text. With `secure-delete` a removed token is overwritten and not only marked.
A migration that builds `search_entry` anew (SQLite's batch mode) has to make the triggers again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import DDL, Table, event

INDEX = "search_index"
GIN = "ix_search_entry_words"

SQLITE: tuple[str, ...] = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(words, content='search_entry', content_rowid='id',"
    " detail=none, columnsize=0, tokenize=\"ascii tokenchars '_'\")",
    "INSERT INTO search_index(search_index, rank) VALUES('secure-delete', 1)",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES('delete', old.id, old.words);"
    " END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF id, words ON search_entry BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES('delete', old.id, old.words);"
    " INSERT INTO search_index(rowid, words) VALUES (new.id, new.words); END",
)
"""The statements to run on SQLite, in this order, once `search_entry` is there."""

SQLITE_DROPS: tuple[str, ...] = (
    *(f"DROP TRIGGER IF EXISTS search_entry_{act}" for act in ("added", "gone", "changed")),
    f"DROP TABLE IF EXISTS {INDEX}",
)
"""What takes them away again, before `search_entry` goes."""


def attach(table: Table) -> None:
    """Make the index whenever the table is made, and drop it with the table."""
    for statements, moment in ((SQLITE, "after_create"), (SQLITE_DROPS, "before_drop")):
        for statement in statements:
            made = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, moment, made.execute_if(dialect="sqlite"))


def comparing(dialect: str) -> Callable[..., bool]:
    """What a comparison of schema and models (alembic's `include_object`) looks at on a dialect.

    Left out: the tables of SQLite's index, which no model describes, and PostgreSQL's GIN index
    elsewhere.
    """

    def include(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
        if kind == "table":
            return name != INDEX and not str(name).startswith(f"{INDEX}_")
        return not (kind == "index" and name == GIN and dialect != "postgresql")

    return include
