"""The schema: brought up to the code's version before anything uses it, once, by one process."""

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy import inspect, text

from participation.kernel.db import db, lift_statement_limits

# Any number that nobody else locks by; hosts that start together wait for one another.
LOCK = 7_210_713


def wanted_revision(app: Flask) -> str | None:
    """The newest migration in the code."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(app.extensions["migrate"].directory).get_current_head()


def present_revision() -> str | None:
    """The migration that the database stands at; None for an empty one."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def is_known_revision(app: Flask, revision: str | None) -> bool:
    """Whether a database at this migration can be brought up to the code's version."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(app.extensions["migrate"].directory).walk_revisions()
    return revision in {each.revision for each in scripts}


def ensure_schema() -> bool:
    """Upgrade the database where it is older than the code; whether anything was to do."""
    from flask_migrate import upgrade

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if present_revision() == wanted_revision(app):
        return False
    with db.engine.connect() as connection:
        lift_statement_limits(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        if present_revision() != wanted_revision(app):
            upgrade()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
    return True
