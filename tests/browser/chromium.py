"""The machine's Chromium, started once in each process of a run, and servers for it to visit."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright
from waitress import create_server, wasyncore

# Milliseconds; a page that comes late on a busy machine is not a wrong one.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the machine; where there is none the test is skipped, or fails in CI.

    Made known by tests/conftest.py alone: two of them in one process shut each other out.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        words = "no chromium on PATH: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=found, args=["--no-sandbox"], timeout=PATIENCE
        )
        yield started
        started.close()


@contextmanager
def served(app: Flask, threads: int = 2) -> Iterator[str]:
    """The application on loopback; its address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    # Its sign of life would go on into a database that is taken away.
    if "heart" in app.extensions:
        app.extensions["heart"].end()
    # An answer may still be on its way out.
    server.task_dispatcher.shutdown()
    # Only its own thread may close what its loop waits for.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    thread.join(5)
    assert not thread.is_alive()
