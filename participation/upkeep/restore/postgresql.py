"""Staging tables in a schema of their own, and putting it in place of `public` at one stroke."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from participation.config import Settings
from participation.kernel.db import db, lift_statement_limits
from participation.kernel.verdict import N_
from participation.upkeep.backup import postgres
from participation.upkeep.backup.archive import PIECE
from participation.upkeep.backup.faults import CannotBackUp
from participation.upkeep.restore.sqlite import TELLING

PSQL = ("--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
CLOSING_LOOKS, CLOSING_PAUSE = 20, 0.1


class PostgresStage:
    """A schema being prepared; `url` addresses it by its search path until `switch`.

    The role must own the database (or the schema `public`).
    """

    def __init__(self, settings: Settings, stamp: str) -> None:
        self._settings = settings
        digits = stamp.replace("-", "_")
        self._schema, self._aside = f"{postgres.STAGED}{digits}", f"{postgres.BEFORE}{digits}"
        self.folder = settings.instance
        staged = make_url(settings.database).update_query_dict(
            {"options": f"-csearch_path={self._schema}"}
        )
        self.url = staged.render_as_string(hide_password=False)

    def load(self, part: Path) -> None:
        """Take the tables out of a backup, in one transaction that leaves `public` as it was."""
        script = [postgres.tool(self._settings, "pg_restore"), "--no-owner", "--no-privileges"]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(  # noqa: S603 - found by us, no shell
                [*script, "--file=-", str(part)], stdout=subprocess.PIPE, stderr=said
            ) as reading,
        ):
            self._play(reading)
            if reading.wait():
                said.seek(0)
                raise postgres.failed("pg_restore", said.read().decode(errors="replace"))

    def _play(self, reading: subprocess.Popen[bytes]) -> None:
        argv = [postgres.tool(self._settings, "psql"), *PSQL, "--file=-"]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(  # noqa: S603 - found by us, no shell
                [*argv, f"--dbname={postgres.address(self._settings)}"],
                env=postgres.environment(self._settings),
                stdin=subprocess.PIPE,
                stderr=said,
            ) as psql,
        ):
            with suppress(BrokenPipeError):
                self._hand_over(reading, psql)
            if psql.wait():
                reading.kill()
                said.seek(0)
                raise postgres.failed("psql", said.read().decode(errors="replace"))

    def _hand_over(self, reading: subprocess.Popen[bytes], psql: subprocess.Popen[bytes]) -> None:
        assert reading.stdout
        assert psql.stdin
        beginning = f"BEGIN; ALTER SCHEMA public RENAME TO {self._aside}; CREATE SCHEMA public;\n"
        psql.stdin.write(beginning.encode())
        while piece := reading.stdout.read(PIECE):
            psql.stdin.write(piece)
        # Only a script that was read to its end is committed.
        ending = "ROLLBACK;\n" if reading.wait() else self._ending()
        psql.stdin.write(ending.encode())
        psql.stdin.close()

    def _ending(self) -> str:
        return (
            f"ALTER SCHEMA public RENAME TO {self._schema};"
            f" ALTER SCHEMA {self._aside} RENAME TO public; COMMIT;\n"
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on the staged tables."""
        with db.engine.connect() as connection:
            lift_statement_limits(connection)
            connection.execute(text(f"SET LOCAL search_path = {self._schema}"))
            with Session(connection) as session:
                yield session

    def is_target_used(self) -> bool:
        """Whether the tables in place hold anything."""
        with db.engine.connect() as connection:
            names = set(inspect(connection).get_table_names())
            return any(
                connection.scalar(text(f"SELECT 1 FROM {name} LIMIT 1"))  # noqa: S608 # nosec B608 # our tables
                for name in TELLING
                if name in names
            )

    def switch(self) -> str:
        """Put the staged schema in place; the name of the one before, or "".

        Raises CannotBackUp while anybody else is connected to the database.
        """
        is_used = self.is_target_used()
        self._refuse_others()
        away = f"ALTER SCHEMA public RENAME TO {self._aside}"
        put = f"ALTER SCHEMA {self._schema} RENAME TO public"
        self._psql(f"{away if is_used else 'DROP SCHEMA public CASCADE'}; {put};")
        return self._aside if is_used else ""

    def _refuse_others(self) -> None:
        db.session.remove()
        db.engine.dispose()
        # A connection that was just closed is listed until its process has ended.
        for _ in range(CLOSING_LOOKS):
            others = _others()
            if not others:
                return
            time.sleep(CLOSING_PAUSE)
        if others:
            raise CannotBackUp(
                N_("还有 %(count)s 个连接在使用数据库。请先停止网站和后台任务，再恢复。"),
                {"count": others},
            )

    def discard(self) -> None:
        """Remove what was staged, if it is still there."""
        self._psql(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE;")

    def _psql(self, statements: str) -> None:
        argv = [postgres.tool(self._settings, "psql"), *PSQL, "--single-transaction"]
        db.session.rollback()
        postgres.run(
            [*argv, f"--command={statements}", f"--dbname={postgres.address(self._settings)}"],
            self._settings,
        )


def _others() -> int:
    """How many others are connected to the database."""
    with db.engine.connect() as connection:
        found = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    db.engine.dispose()
    return int(found or 0)
