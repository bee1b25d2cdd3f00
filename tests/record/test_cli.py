"""The commands of the record: answers, exit codes, sentences."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from participation.kernel.checkpoint import read_head
from participation.kernel.db import db, transaction
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

KEY = base64.b64encode(bytes(32)).decode()


def run(app: Flask, *words: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["record", *words])


def answer(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def slug(context: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("participation.web.console.ensure_schema", lambda: False)
    found = a_consultation("open")
    a_comment(found)
    return found.slug


def test_a_head_is_signed_and_printed(app: Flask, slug: str) -> None:
    said = run(app, "head", slug)
    assert said.exit_code == 0
    assert read_head(said.stdout).size == 2
    again = answer(run(app, "head", slug, "--json"))
    assert (again["slug"], again["size"]) == (slug, 2)
    assert again["note"] == said.stdout
    assert run(app, "head", "2026-9999").exit_code == 1


def test_a_key_is_changed(app: Flask, slug: str) -> None:
    assert run(app, "head", slug).exit_code == 0
    said = answer(run(app, "rotate-key", "--json"))
    assert (said["key"], said["logs"]) == (2, 1)
    assert answer(run(app, "check", "--json"))["wrong"] == 0


@pytest.mark.settings(record_key=KEY)
def test_a_key_of_the_settings_is_changed_by_the_settings(app: Flask, slug: str) -> None:
    refused = run(app, "rotate-key")
    assert refused.exit_code == 1
    assert "PARTICIPATION_RECORD_KEY" in refused.stderr


def test_a_check_says_what_is_wrong_and_fails(app: Flask, slug: str) -> None:
    clean = run(app, "check")
    assert clean.exit_code == 0
    assert "1" in clean.stdout
    with transaction() as session:
        session.execute(text("UPDATE comment SET body = 'x'"))
    found = run(app, "check", slug)
    assert found.exit_code == 1
    assert f"{slug}: 第 1 号意见的内容与收到时的记录不符。" in found.stdout
    told = run(app, "check", "--json")
    assert told.exit_code == 1
    assert len(answer(told)["faults"][slug]) == 1
    assert run(app, "check", "2026-9999").exit_code == 1
