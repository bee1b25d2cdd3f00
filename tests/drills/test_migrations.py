"""R18: an upgrade that is killed midway leaves the old schema or the new one, and every row."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import Connection, create_engine, inspect, text

from participation import create_app
from participation.kernel.db import db, sqlite_module
from tests.drills.conftest import _address, _administer, _create
from tests.drills.harness import FULL, ROOT, Place, Starter, free_port, size, wait_for
from tests.drills.released import columns, digest, fill, shape
from tests.drills.table import report, report_control

pytestmark = pytest.mark.drill

UPGRADE = ["flask", "--app", "app", "db", "upgrade"]
EMPTY = "base"


def revisions() -> list[str]:
    """Where an upgrade may begin: the empty database and every released schema but the newest."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "participation" / "migrations"))
    found = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]
    return [EMPTY, *reversed(found[1:])]


@dataclass
class Schema:
    """What a database looks like: its revision, its shape, and a digest of the old rows."""

    revision: str | None
    shape: str
    rows: dict[str, str]


class Old:
    """A database at an old revision with its rows, put back as often as is needed."""

    def __init__(self, folder: Path, starter: Starter, revision: str, server: str) -> None:
        self._folder, self._starter, self._server = folder, starter, server
        self._number = 0
        self._template = _create(server) if server else ""
        first = self._place(self._template)
        self._prepare(first, revision)
        with connected(first) as connection:
            self.columns = columns(connection)
        self._first = first
        self.old = self.look(first)
        # The first one pays for what the machine has not read yet.
        self.upgrade(self.fresh())
        new = self.fresh()
        self.seconds = self.upgrade(new)
        self.new = self.look(new)

    def _place(self, name: str) -> Place:
        folder = self._folder / f"place-{self._number}"
        folder.mkdir(parents=True)
        self._number += 1
        url = _address(self._server, name) if self._server else ""
        return Place(folder, self._starter, url, free_port())

    def _prepare(self, place: Place, revision: str) -> None:
        given: dict[str, Any] = {"instance": place.folder, "demo": "0", "rate_limits": "off"}
        if place.database_url:
            given["database_url"] = place.database_url
        app = create_app(**given)
        with app.app_context():
            if revision != EMPTY:
                upgrade(revision=revision)
                db.engine.dispose()
                with connected(place) as connection:
                    fill(connection, revision, size(2_000, 100_000))
                    connection.commit()
            db.session.remove()
            db.engine.dispose()

    def fresh(self) -> Place:
        """The old database once more, in a place of its own."""
        if self._server:
            return self._place(_create(self._server, f" TEMPLATE {self._template}"))
        made = self._place("")
        file = self._first.folder / "participation.db"
        if file.exists():
            shutil.copy(file, made.folder / "participation.db")
        return made

    def upgrade(self, place: Place) -> float:
        """Upgrade to the end; the seconds it took."""
        began = time.monotonic()
        self._starter_start(place, "")
        ended = place.folder / "upgrade.log.exit"
        wait_for(lambda: ended.exists() and ended.read_text(), "the upgrade")
        assert ended.read_text() == "0", place.log("upgrade.log")
        return time.monotonic() - began

    def _starter_start(self, place: Place, fault: str) -> Any:
        return place.start(UPGRADE, "upgrade.log", fault)

    def killed(self, place: Place, moment: float, fault: str = "") -> bool:
        """Begin an upgrade and kill it after so many seconds; whether it was still at it."""
        program = self._starter_start(place, fault)
        time.sleep(moment)
        was_alive = program.is_alive
        program.kill()
        return was_alive

    def look(self, place: Place) -> Schema:
        """What a place's database looks like."""
        with connected(place) as connection:
            known = inspect(connection).has_table("alembic_version")
            revision = text("SELECT version_num FROM alembic_version")
            return Schema(
                connection.scalar(revision) if known else None,
                shape(connection),
                digest(connection, self.columns),
            )

    def remove(self, place: Place) -> None:
        """Take a place away."""
        if place.database_url:
            name = place.database_url.rpartition("/")[2].partition("?")[0]
            _administer(self._server, f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(place.folder)

    def is_between(self, found: Schema) -> bool:
        """Whether a database is neither as before nor as after, or lost a row."""
        same = {each.revision: each for each in (self.old, self.new)}.get(found.revision)
        # An empty SQLite file has no revision before and none after a kill.
        return same is None or (found.shape, found.rows) != (same.shape, same.rows)


@contextmanager
def connected(place: Place) -> Iterator[Connection]:
    """A connection of our own, outside of the program."""
    options = {} if place.database_url else {"module": sqlite_module()}
    engine = create_engine(place.sqlalchemy_url, **options)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def server(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The address of the PostgreSQL server, or "" on SQLite."""
    if database_kind == "sqlite":
        return ""
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.mark.both_databases
@pytest.mark.parametrize("revision", revisions())
def test_a_killed_upgrade_leaves_the_old_schema_or_the_new_and_every_row(
    server: str, starter: Starter, tmp_path: Path, revision: str
) -> None:
    old = Old(tmp_path, starter, revision, server)
    assert old.new.rows == old.old.rows, "the upgrade itself changes no row that was there"
    kills, midway, results = size(3, 20), 0, []
    moments = random.Random(kills)
    for number in range(kills):
        place = old.fresh()
        # The first part of the time goes into the program's start.
        moment = old.seconds * (0.3 + 0.7 * (number + moments.random()) / kills)
        midway += old.killed(place, moment)
        found = old.look(place)
        assert not old.is_between(found), f"killed after {moment:.2f} s: at {found.revision}"
        results.append(found.revision)
        if number == kills - 1 or FULL:
            # Whatever it was, the next start makes it the new one.
            old.upgrade(place)
            assert old.look(place) == old.new
        old.remove(place)
    assert midway
    kind = "PostgreSQL" if server else "SQLite"
    report(
        f"R18 migration from {revision}, {kind}",
        "20 kills midway: old or new, never between; rows and roots unchanged",
        f"{kills} kills ({midway} midway; {results.count(old.old.revision)} old,"
        f" {results.count(old.new.revision)} new), an upgrade takes {old.seconds:.1f} s",
    )


@pytest.mark.both_databases
def test_the_drill_finds_out_migrations_that_commit_between_their_steps(
    server: str, starter: Starter, tmp_path: Path
) -> None:
    old = Old(tmp_path, starter, EMPTY, server)
    moments = random.Random(1)

    def found_between() -> bool:
        place = old.fresh()
        old.killed(place, moments.uniform(0.2, 1.0) * old.seconds, "commits_each_step")
        between = old.is_between(old.look(place))
        old.remove(place)
        return between

    wait_for(found_between, "an upgrade caught between")
    kind = "PostgreSQL" if server else "SQLite"
    report_control("R18", f"a commit after each step, {kind}", "found between old and new")
