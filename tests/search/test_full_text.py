"""SQLite's index beside the table: kept alike, emptied of what was erased, sound in a backup."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from participation.comments import operations as comments
from participation.kernel import clock, jobs
from participation.kernel.db import Base, db, transaction
from participation.search.full_text import INDEX, comparing
from participation.search.queries import Asked, find
from participation.upkeep.backup.snapshot import copy_sqlite, reading_sqlite
from participation.upkeep.backup.soundness import faults_of
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")
# Signs that nothing else has, so that their pair is a token of its own.
RARE = "龘靐"


def blocks() -> bytes:
    """All that SQLite's index keeps, as bytes."""
    with db.engine.connect() as connection:
        rows = connection.execute(text(f"SELECT block FROM {INDEX}_data ORDER BY id"))
        return b"".join(bytes(row[0]) for row in rows)


def withdrawn() -> None:
    """An opinion among others is released and withdrawn."""
    one = a_consultation("open")
    for _ in range(3):
        a_comment(one, released=True)
    gone = a_comment(one, released=True, body=f"{RARE}在这里")
    assert find(Asked(RARE), clock.now()).count == 1
    db.session.rollback()
    assert RARE[1:].encode() in blocks()
    with transaction():
        comments.withdraw(gone.receipt)
    jobs.run_due()


def test_nothing_of_an_erased_word_is_left_in_any_file(context: Flask, tmp_path: Path) -> None:
    withdrawn()
    assert RARE[1:].encode() not in blocks()
    for path in tmp_path.glob("participation.db*"):
        assert RARE[1:].encode() not in path.read_bytes(), path.name


def test_without_secure_delete_the_index_still_holds_the_word(context: Flask) -> None:
    with transaction() as session:
        session.execute(text(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES('secure-delete', 0)"))
    withdrawn()
    assert RARE[1:].encode() in blocks()


def test_table_and_index_stay_alike_and_a_backup_is_sound(context: Flask, tmp_path: Path) -> None:
    withdrawn()
    with transaction() as session:
        # Compares every row with what is indexed of it; raises where they differ.
        session.execute(text(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES('integrity-check', 1)"))
    copy = tmp_path / "copy.sqlite"
    copy_sqlite(tmp_path / "participation.db", copy)
    with reading_sqlite(copy) as session:
        assert faults_of(session) == []
        rows = session.execute(text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH '\"路灯\"'"))
        assert rows.scalar_one() > 0


def test_an_index_that_is_not_alike_is_noticed(context: Flask) -> None:
    withdrawn()
    with pytest.raises(Exception, match=r"malformed|corrupt"), transaction() as session:
        session.execute(text("DROP TRIGGER search_entry_gone"))
        session.execute(
            text("DELETE FROM search_entry WHERE id = (SELECT max(id) FROM search_entry)")
        )
        session.execute(text(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES('integrity-check', 1)"))


@pytest.mark.both_databases
def test_models_and_schema_agree_and_go_together(context: Flask) -> None:
    def differences() -> list[object]:
        with db.engine.connect() as connection:
            include = comparing(connection.dialect.name)
            options = {"compare_type": True, "include_object": include}
            made = MigrationContext.configure(connection, opts=options)
            return [each for each in compare_metadata(made, Base.metadata) if "search" in str(each)]

    assert differences() == []
    Base.metadata.drop_all(db.engine)
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    Base.metadata.create_all(db.engine)
    assert differences() == []
    if db.engine.dialect.name == "postgresql":
        with transaction() as session:
            session.execute(text("DROP INDEX ix_search_entry_words"))
        assert differences() != []
