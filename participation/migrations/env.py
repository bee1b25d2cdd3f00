"""Runs the migrations on the application's own engine."""

from __future__ import annotations

from alembic import context
from flask import current_app

from participation.kernel.db import Base, db

assert current_app, "run through `flask --app app db …`"


def run() -> None:
    """Apply the migrations in one transaction, so that a killed upgrade leaves the old schema."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(begin_write=True)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
