"""Triggers that let nobody change or remove a line of the audit, on both databases.

Whoever owns the database can take them away; the audit's heads then still tell (`audit check`).
A migration that builds one of the tables anew (SQLite's batch mode) has to make them again.
"""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

SENTENCE = "the audit is append-only"

FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$
"""


def triggers(table: str) -> dict[str, tuple[str, ...]]:
    """The statements that protect a table, by dialect."""
    sqlite = tuple(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for act in ("UPDATE", "DELETE")
    )
    postgresql = (
        FUNCTION,
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    )
    return {"sqlite": sqlite, "postgresql": postgresql}


TABLES = ("audit_entry", "audit_leaf", "audit_head")
TRIGGERS: dict[str, tuple[str, ...]] = {
    dialect: tuple(each for table in TABLES for each in triggers(table)[dialect])
    for dialect in ("sqlite", "postgresql")
}
"""All statements by dialect, in the order to run them in once the three tables are there."""

DROPS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS {table}_no_{act}"
        for table in TABLES
        for act in ("update", "delete")
    ),
    "postgresql": (
        *(
            f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}"
            for table in TABLES
            for act in ("change", "truncate")
        ),
        "DROP FUNCTION IF EXISTS audit_append_only()",
    ),
}
"""What takes them away again, by dialect."""


def protect(table: Table) -> None:
    """Make a table's triggers whenever the table is made."""
    for dialect, statements in triggers(table.name).items():
        for statement in statements:
            made = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            made = made.execute_if(dialect=dialect)
            event.listen(table, "after_create", made)
