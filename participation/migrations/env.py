"""Runs the migrations on the application's own engine."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from participation.kernel.db import Base, Instant, db, lift_statement_limits
from participation.kernel.storage import StorageKey
from participation.search.full_text import comparing

assert current_app, "run through `flask --app app db …`"


def plain_type(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Write column types without our own code, so that an old migration never changes with it."""
    if kind != "type":
        return False
    if isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, StorageKey):
        return f"sa.String(length={item.impl.length})"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, sa.JSON):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run() -> None:
    """Apply the migrations in one transaction, so that a killed upgrade leaves the old schema."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection = connection.execution_options(begin_write=True)
            # A table that is built anew is dropped in between; SQLite would then touch the rows
            # that name it. This can be said outside of a transaction only, and is checked below.
            _say(connection, "PRAGMA foreign_keys = OFF")
        lift_statement_limits(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_type,
            include_object=comparing(connection.dialect.name),
            # On SQLite, too: our connections begin before DDL, which alembic does not expect.
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            torn = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if torn is not None:
                raise RuntimeError(f"the migration would leave a row of {torn[0]} without its own")
        connection.commit()
        if is_sqlite:
            _say(connection, "PRAGMA foreign_keys = ON")


def _say(connection: sa.Connection, statement: str) -> None:
    """Tell the driver something outside of SQLAlchemy's transactions."""
    assert connection.connection.driver_connection is not None
    connection.connection.driver_connection.execute(statement)


run()
