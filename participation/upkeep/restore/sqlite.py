"""Staging a database file beside the one in use, and putting it into its place at one stroke."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.kernel.db import db, sqlite_module
from participation.kernel.verdict import N_
from participation.upkeep.backup.faults import CannotBackUp
from participation.upkeep.backup.snapshot import reading_sqlite

SIDES = ("-wal", "-shm", "-journal")
TELLING = ("user_account", "consultation", "department")
"""Tables that have rows as soon as an instance is used."""


class SqliteStage:
    """A database file being prepared; `url` is its address until `switch`."""

    def __init__(self, settings: Settings, stamp: str) -> None:
        self._target = Path(make_url(settings.database).database or "")
        self._aside = self._target.with_name(f"{self._target.name}.before-{stamp}")
        self._file = self._target.with_name(f".{self._target.name}.restoring-{stamp}")
        self.folder = self._target.parent
        self.url = f"sqlite:///{self._file}"

    def load(self, part: Path) -> None:
        """Take the database out of a backup."""
        os.replace(part, self._file)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on the staged database."""
        with reading_sqlite(self._file) as session:
            yield session

    def is_target_used(self) -> bool:
        """Whether the database in place holds anything, or cannot be read."""
        if not self._target.exists() or not self._target.stat().st_size:
            return False
        module = sqlite_module()
        try:
            with closing(module.connect(self._target)) as found:
                names = {row[0] for row in found.execute("SELECT name FROM sqlite_master")}
                return any(
                    found.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()  # noqa: S608 # nosec B608 # our tables
                    for name in TELLING
                    if name in names
                )
        except module.DatabaseError:
            return True

    def switch(self) -> str:
        """Put the staged database in place; where the one before is kept, or "".

        Raises CannotBackUp while any process has the database open.
        """
        db.session.remove()
        db.engine.dispose()
        kept = self._keep_aside()
        self._settle(self._file)
        os.replace(self._file, self._target)
        _sync(self.folder)
        return kept

    def discard(self) -> None:
        """Remove what was staged, if it is still there."""
        for side in ("", *SIDES):
            Path(f"{self._file}{side}").unlink(missing_ok=True)

    def _keep_aside(self) -> str:
        if not self._target.exists():
            self._remove_sides()
            return ""
        is_used = self.is_target_used()
        try:
            self._settle(self._target)
        except sqlite_module().OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise CannotBackUp(
                    N_("数据库正在使用。请先停止网站和后台任务，再恢复。")
                ) from error
        except sqlite_module().DatabaseError:
            # Damaged: it is kept as it lies there, with what belongs to it.
            for side in SIDES:
                with suppress(FileNotFoundError):
                    os.replace(f"{self._target}{side}", f"{self._aside}{side}")
        if not is_used:
            self._remove_sides()
            return ""
        # A second name first: there is no moment without a database in its place.
        try:
            os.link(self._target, self._aside)
        except OSError:
            shutil.copy2(self._target, self._aside)
        self._remove_sides()
        return str(self._aside)

    def _remove_sides(self) -> None:
        # A WAL that belongs to another file would be played into the restored one.
        for side in SIDES:
            Path(f"{self._target}{side}").unlink(missing_ok=True)

    @staticmethod
    def _settle(file: Path) -> None:
        """Fold the WAL into the file; SQLite refuses it while anybody else has it open."""
        with closing(sqlite_module().connect(file, timeout=2)) as alone:
            alone.execute("PRAGMA journal_mode = DELETE").fetchone()
        with file.open("rb") as settled:
            os.fsync(settled.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
