"""One state of the running database, taken while others write: as a file, and to be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.kernel.db import db, lift_statement_limits, sqlite_module
from participation.upkeep.backup import postgres
from participation.upkeep.backup.archive import DATABASES


@dataclass(frozen=True)
class Snapshot:
    """The file that goes into the backup, and a session that reads the very same state."""

    name: str
    file: Path
    session: Session


@contextmanager
def snapshot(settings: Settings, folder: Path) -> Iterator[Snapshot]:
    """Take the state of now into a file of the folder; nobody who writes waits for it."""
    if settings.is_sqlite:
        with _of_sqlite(settings, folder) as taken:
            yield taken
        return
    with _of_postgresql(settings, folder) as taken:
        yield taken


@contextmanager
def _of_sqlite(settings: Settings, folder: Path) -> Iterator[Snapshot]:
    name = DATABASES["sqlite"]
    file = folder / name
    copy_sqlite(Path(make_url(settings.database).database or ""), file)
    with reading_sqlite(file) as session:
        yield Snapshot(name, file, session)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that others write to, by SQLite's backup API, in one step.

    One step is one read transaction: writers go on, and what they write meanwhile is not in it. A
    plain copy of the file would miss the WAL and could mix two states.
    """
    module = sqlite_module()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    with closing(module.connect(source)) as live, closing(module.connect(target)) as copy:
        live.execute("PRAGMA busy_timeout = 60000")
        live.backup(copy)
        # One file without a WAL beside it, to be read and moved by itself.
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def reading_sqlite(file: Path) -> Iterator[Session]:
    """A session on a database file that nobody else uses."""
    engine = create_engine(f"sqlite:///{file}", module=sqlite_module())
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def _of_postgresql(settings: Settings, folder: Path) -> Iterator[Snapshot]:
    name = DATABASES["postgresql"]
    file = folder / name
    pg_dump = postgres.tool(settings, "pg_dump")
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        lift_statement_limits(connection)
        # pg_dump and we read by one snapshot, held as long as this transaction is open.
        held = connection.scalar(text("SELECT pg_export_snapshot()"))
        argv = [pg_dump, "--format=custom", "--no-owner", "--no-privileges", "--no-password"]
        argv += [f"--exclude-schema={each}*" for each in postgres.ASIDE]
        argv += [f"--snapshot={held}", f"--file={file}"]
        postgres.run([*argv, f"--dbname={postgres.address(settings)}"], settings)
        with Session(connection) as session:
            yield Snapshot(name, file, session)
