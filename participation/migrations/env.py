"""Runs the migrations on the application's own engine."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from participation.kernel.db import Base, Instant, db, lift_statement_limits
from participation.kernel.storage import StorageKey

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
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(begin_write=True)
        lift_statement_limits(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_type,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
