"""The estate of the security tests: built once, its database put back after every change."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from waitress import create_server

from participation import create_app
from participation.kernel import clock
from participation.kernel.db import db
from tests.browser.conftest import browser
from tests.conftest import NOON, Browser
from tests.security.estate import Estate, build

__all__ = ["browser", "estate", "open_app", "served"]


def open_app(folder: Path, template: Path, cache: Path, **settings: object) -> Flask:
    """An application of the tests on a copy of the schema in a folder."""
    shutil.copy(template, folder / "participation.db")
    given = {"demo": "0", "rate_limits": "off", "worker": False, **settings}
    made = create_app(instance=folder, **given)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    made.extensions["wake"] = None
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(cache))
    return made


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on loopback; its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


@pytest.fixture(scope="module")
def estate(
    sqlite_template: Path, template_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    """An application with a matter in every state and people of every kind, at NOON."""
    folder = tmp_path_factory.mktemp("estate")
    app = open_app(
        folder,
        sqlite_template,
        template_cache,
        metrics="on",
        metrics_token="a-token-that-nobody-here-has",
        public_url="https://zhongyan.example.gov.cn",
    )
    with clock.fixed(NOON):
        with app.app_context():
            made = build(app, NOON)
            db.session.remove()
        yield made
    with app.app_context():
        db.engine.dispose()
