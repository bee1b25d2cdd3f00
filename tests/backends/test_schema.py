"""The migrations give the schema that the models describe, both ways, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, stamp, upgrade
from sqlalchemy import Connection, inspect, text

from participation.kernel.db import Base, db
from participation.kernel.schema import ensure_schema, present_revision, wanted_revision
from participation.search.full_text import comparing


def _opts(connection: Connection) -> dict[str, Any]:
    return {"compare_type": True, "include_object": comparing(connection.dialect.name)}


@pytest.fixture
def emptied(context: Flask) -> Flask:
    """A database without any table of ours."""
    Base.metadata.drop_all(db.engine)
    stamp(revision="base")
    return context


@pytest.mark.both_databases
def test_the_migrations_give_the_models_schema(emptied: Flask) -> None:
    assert ensure_schema() is True
    assert ensure_schema() is False, "nothing left to do"
    assert present_revision() == wanted_revision(emptied)
    with db.engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=_opts(connection))
        assert compare_metadata(migration, Base.metadata) == []


def _kept(connection: Connection) -> dict[str, object]:
    """What a comparison by alembic does not look at: checks, and ids that are never given again."""
    found = inspect(connection)
    tables = [each for each in found.get_table_names() if each in Base.metadata.tables]
    checks = {each: {one["name"] for one in found.get_check_constraints(each)} for each in tables}
    if connection.dialect.name != "sqlite":
        return {"checks": checks}
    once = text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name")
    return {"checks": checks, "once": list(connection.scalars(once))}


@pytest.mark.both_databases
def test_the_migrations_give_the_models_checks(context: Flask) -> None:
    with db.engine.connect() as connection:
        wanted = _kept(connection)
    db.session.remove()
    Base.metadata.drop_all(db.engine)
    stamp(revision="base")
    ensure_schema()
    with db.engine.connect() as connection:
        assert _kept(connection) == wanted


@pytest.mark.both_databases
def test_a_missing_column_is_noticed(emptied: Flask) -> None:
    ensure_schema()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE bulletin DROP COLUMN published_at"))
    with db.engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=_opts(connection))
        assert compare_metadata(migration, Base.metadata) != []


@pytest.mark.both_databases
def test_the_migrations_go_back_to_nothing(emptied: Flask) -> None:
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


def test_every_migration_stands_alone() -> None:
    for path in Path(__file__).parents[2].glob("participation/migrations/versions/*.py"):
        assert "participation" not in path.read_text(encoding="utf-8"), "no code that may change"
