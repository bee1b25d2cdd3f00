"""The doctor on a deployed instance: each planted fault is found, and a well one has none."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import create_environ

from participation import create_app
from participation.desk.doctor import Finding, State, examine
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.jobs import LAST_BACKUP, WEB, sign_of_life
from participation.upkeep.jobs.probing import Heart, beat
from tests.conftest import NOON

HOUR = timedelta(hours=1)


def _found(name: str) -> Finding:
    return next(each for each in examine() if each.name == name)


def test_debugging_is_a_fault_outside(context: Flask) -> None:
    assert _found("settings.debug").state is State.OK
    context.debug = True
    assert _found("settings.debug").state is State.FAIL


def test_a_talkative_log_is_told(context: Flask) -> None:
    # Set afterwards: the level itself would stay for all tests of this process.
    object.__setattr__(context.config["SETTINGS"], "log_level", "debug")
    assert _found("settings.debug").state is State.WARN


@pytest.mark.settings(public_url="https://a.example.cn")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_COOKIE_SECURE", False),
        ("SESSION_COOKIE_HTTPONLY", False),
        ("SESSION_COOKIE_SAMESITE", None),
    ],
)
def test_an_unprotected_cookie_is_a_fault(context: Flask, name: str, value: Any) -> None:
    assert _found("settings.cookies").state is State.OK
    context.config[name] = value
    found = _found("settings.cookies")
    assert found.state is State.FAIL
    assert found.params["wrong"] == name


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
@pytest.mark.parametrize("name", ["record_key", "audit_key"])
@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_a_signing_key_that_others_can_read_is_a_fault(
    tmp_path: Path, name: str, is_elsewhere: bool
) -> None:
    path = tmp_path / ("elsewhere" if is_elsewhere else name)
    given = {f"{name}_file": str(path)} if is_elsewhere else {}
    app = create_app(instance=tmp_path, rate_limits="off", **given)
    with app.app_context():
        assert _found("settings.signing_keys").state is State.OK
        path.touch(mode=0o600)
        assert _found("settings.signing_keys").state is State.OK
        path.chmod(0o640)
        found = _found("settings.signing_keys")
        assert found.state is State.FAIL
        assert found.params["mode"] == "0640"
        db.engine.dispose()


@pytest.mark.parametrize(
    ("trusted", "header", "wanted"),
    [
        (0, None, State.OK),
        (0, "203.0.113.9", State.WARN),
        (1, "203.0.113.9", State.OK),
        (1, None, State.WARN),
        (2, "203.0.113.9", State.WARN),
        (1, "198.51.100.1, 203.0.113.9", State.OK),
    ],
)
def test_the_trusted_proxies_are_compared_with_what_requests_say(
    context: Flask, trusted: int, header: str | None, wanted: State
) -> None:
    object.__setattr__(context.config["SETTINGS"], "trusted_proxies", trusted)
    assert _found("settings.proxies").state is State.OK, "nothing came yet"
    heart = Heart(context)
    through = ProxyFix(lambda environ, _start: heart.see(environ) or [], x_for=trusted)
    headers = {"X-Forwarded-For": header} if header else {}
    through(create_environ(headers=headers), lambda *_: None)
    beat(heart._hops)
    assert _found("settings.proxies").state is wanted


def test_a_submit_path_without_a_sign_is_told(context: Flask) -> None:
    assert _found("submit_path").state is State.WARN
    with clock.fixed(NOON):
        sign_of_life(WEB)
    with clock.fixed(NOON + timedelta(minutes=2)):
        assert _found("submit_path").state is State.OK
    with clock.fixed(NOON + timedelta(minutes=10)):
        found = _found("submit_path")
    assert found.state is State.FAIL
    assert found.params["minutes"] == 10


def test_an_old_backup_is_told(context: Flask) -> None:
    assert _found("backup").state is State.WARN
    with clock.fixed(NOON):
        sign_of_life(LAST_BACKUP)
    with clock.fixed(NOON + 26 * HOUR):
        assert _found("backup").state is State.OK
    with clock.fixed(NOON + 27 * HOUR):
        found = _found("backup")
    assert found.state is State.WARN
    assert found.params["age"] == 27


@pytest.mark.settings(backup_hours=0)
def test_whoever_backs_up_by_other_means_is_left_alone(context: Flask) -> None:
    assert _found("backup").state is State.OK
