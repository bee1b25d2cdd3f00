"""The estate of the security tests: built once, its database put back after every change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from participation import create_app
from participation.kernel import clock
from participation.kernel.db import db
from tests.conftest import NOON, Browser
from tests.security.estate import Estate, build


def open_app(folder: Path, template: Path, cache: Path, **settings: object) -> Flask:
    """An application of the tests on a copy of the schema in a folder."""
    target = folder / "participation.db"
    if template != target:
        shutil.copy(template, target)
    given = {"demo": "0", "rate_limits": "off", "worker": False, **settings}
    made = create_app(instance=folder, **given)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    made.extensions["wake"] = None
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(cache))
    return made


@pytest.fixture(scope="session")
def seed(
    sqlite_template: Path, template_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Estate:
    """An estate of the present, to be copied for each module that serves it to browsers."""
    app = open_app(tmp_path_factory.mktemp("seed"), sqlite_template, template_cache)
    with app.app_context():
        made = build(app, clock.now())
        db.session.remove()
        db.engine.dispose()
    return made


@contextmanager
def a_copy(seed: Estate, folder: Path, cache: Path, **settings: object) -> Iterator[Estate]:
    """The estate in a folder of its own, form keys checked."""
    shutil.copytree(seed.app.instance_path, folder, dirs_exist_ok=True)
    app = open_app(folder, folder / "participation.db", cache, **settings)
    app.config["WTF_CSRF_ENABLED"] = True
    yield replace(seed, app=app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def grown(
    seed: Estate, template_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """An estate of the present, as browsers and scanners keep the present time."""
    with a_copy(seed, tmp_path_factory.mktemp("grown"), template_cache) as estate:
        yield estate


@pytest.fixture(scope="session")
def noon_seed(
    sqlite_template: Path, template_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Estate:
    """An estate at NOON, to be copied for each module that walks it."""
    app = open_app(tmp_path_factory.mktemp("noon"), sqlite_template, template_cache)
    with clock.fixed(NOON), app.app_context():
        made = build(app, NOON)
        db.session.remove()
        db.engine.dispose()
    return made


@pytest.fixture(scope="module")
def estate(
    noon_seed: Estate, template_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """A matter in every state and people of every kind, at NOON; form keys are not asked for."""
    folder = tmp_path_factory.mktemp("estate")
    settings = {
        "metrics": "on",
        "metrics_token": "a-token-that-nobody-here-has",
        "public_url": "https://zhongyan.example.gov.cn",
    }
    with (
        clock.fixed(NOON),
        a_copy(noon_seed, folder, template_cache, **settings) as found,
    ):
        found.app.config["WTF_CSRF_ENABLED"] = False
        yield found
