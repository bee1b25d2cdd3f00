"""Places for drills: a folder and an empty database that a real server makes its schema in."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.drills.harness import Place, Starter


@pytest.fixture(scope="session")
def starter() -> Iterator[Starter]:
    """The process that forks programs for all drills of this session."""
    made = Starter()
    yield made
    made.close()


@pytest.fixture(scope="session")
def settled_folder(
    starter: Starter, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Path:
    """A folder in which a server has run once and the people of the drills have accounts."""
    folder = tmp_path_factory.mktemp("settled")
    shutil.copy(sqlite_template, folder / "participation.db")
    return _settled(Place(folder, starter))


@pytest.fixture(scope="session")
def settled_database(
    starter: Starter,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_url: str,
    postgres_template: str,
) -> tuple[Path, str]:
    """The same on PostgreSQL: the folder, and the name of the database, to be copied."""
    name = _create(postgres_url, f" TEMPLATE {postgres_template}")
    folder = tmp_path_factory.mktemp("settled-database")
    return _settled(Place(folder, starter, _address(postgres_url, name))), name


def _settled(place: Place) -> Path:
    server = place.serve()
    place.settle()
    server.end()
    return place.folder


@pytest.fixture
def place(
    database_kind: str, starter: Starter, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """A place with people, on a database of its own."""
    folder = tmp_path / "place"
    if database_kind == "sqlite":
        shutil.copytree(request.getfixturevalue("settled_folder"), folder)
        made = Place(folder, starter)
        yield made
        made.end_all()
        return
    server = request.getfixturevalue("postgres_url")
    settled, template = request.getfixturevalue("settled_database")
    shutil.copytree(settled, folder)
    name = _create(server, f" TEMPLATE {template}")
    made = Place(folder, starter, _address(server, name))
    yield made
    made.end_all()
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _create(server: str, how: str = "") -> str:
    name = f"drill_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name}{how}")
    return name


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
