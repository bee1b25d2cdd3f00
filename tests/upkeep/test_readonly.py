"""Read-only mode: nothing is written, everybody is told and keeps the text, it ends by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.audit.models import AuditEntry
from participation.comments.models import Comment
from participation.kernel import clock, jobs, readonly
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job
from participation.kernel.readonly import ReadOnly
from participation.upkeep.readonly import ALLOWED
from tests.conftest import NOON
from tests.factories.accounts import PASSWORD, a_user
from tests.factories.consultations import a_consultation

TYPED = "请把桥头的灯修好，晚上看不见路。"


def _switch(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["upkeep", "read-only", *words])


def _send(client: FlaskClient, slug: str) -> Any:
    return client.post(
        f"/consultations/{slug}/comment",
        data={
            "stance": "suggest", "body": TYPED, "respondent_kind": "person",
            "submission_key": "key-1", "website": "",
        },
    )  # fmt: skip


def _kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Comment)) or 0


@pytest.mark.both_databases
def test_nothing_is_taken_in_and_the_text_can_be_sent_again(
    app: Flask, client: FlaskClient, at_noon: object
) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
    assert _switch(app, "on", "--reason", "换服务器").exit_code == 0
    refused = _send(client, slug)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "300"
    assert TYPED in refused.text
    assert 'name="submission_key" value="key-1"' in refused.text
    assert "用同样的内容再试一次" in refused.text
    assert "换服务器" not in refused.text
    told = client.post(f"/api/v1/consultations/{slug}/comments", json={})
    assert (told.status_code, "只能查看" in told.json["message"]) == (503, True)
    page = client.get(f"/consultations/{slug}")
    assert (page.status_code, "只能查看" in page.text) == (200, True)
    assert _switch(app, "off").exit_code == 0
    assert "只能查看" not in client.get(f"/consultations/{slug}").text
    assert _send(client, slug).status_code == 303
    with app.app_context():
        assert _kept() == 1
        told = set(db.session.scalars(select(AuditEntry.event)))
    assert {"ReadOnlyBegan", "ReadOnlyEnded"} <= told


@pytest.mark.both_databases
def test_another_host_is_told_by_the_database(
    app: Flask, client: FlaskClient, at_noon: object, tmp_path: Path
) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
    _switch(app, "on")
    (tmp_path / readonly.FLAG).unlink()
    app.extensions.pop("read_only_row", None)
    assert _send(client, slug).status_code == 503
    assert "只能查看" in client.get(f"/consultations/{slug}").text
    with app.app_context(), transaction(even_read_only=True) as session:
        session.delete(session.get_one(readonly.ReadOnlySwitch, 1))
    assert _send(client, slug).status_code == 303


def test_the_flag_alone_is_enough_where_the_database_cannot_be_written(
    app: Flask, client: FlaskClient, at_noon: object, tmp_path: Path
) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
    for words in ("", "not json", "[]", '{"until": "soon"}'):
        (tmp_path / readonly.FLAG).write_text(words)
        assert _send(client, slug).status_code == 503
    (tmp_path / readonly.FLAG).unlink()
    assert _send(client, slug).status_code == 303


def test_it_ends_by_itself_and_says_when(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
    with clock.fixed(NOON):
        assert _switch(app, "on", "--until", "2026-06-01T12:20").exit_code == 0
        refused = _send(client, slug)
        assert refused.status_code == 503
        assert "预计 2026年6月1日 12:20 恢复" in refused.text
        assert int(refused.headers["Retry-After"]) == 1201
    with clock.fixed(NOON + timedelta(minutes=20)):
        assert _send(client, slug).status_code == 303


def test_an_end_in_the_past_is_refused(app: Flask) -> None:
    with clock.fixed(NOON):
        answer = _switch(app, "on", "--until", "2026-06-01T11:59")
    assert answer.exit_code == 1
    assert "已经过去" in answer.output
    assert _switch(app, "on", "--until", "tomorrow").exit_code == 2
    shown = json.loads(_switch(app, "show", "--json").output)
    assert shown == {
        "read_only": False, "cause": None, "since": None, "until": None, "database": "ok",
    }  # fmt: skip


@pytest.mark.settings(least_free_bytes=2**62)
def test_too_little_room_switches_it_on(client: FlaskClient, context: Flask) -> None:
    answer = client.post("/api/v1/receipts/AAAA/withdraw")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "存储空间不足" in answer.json["message"]
    with pytest.raises(ReadOnly), transaction():
        pytest.fail("a transaction began")
    assert json.loads(_switch(context, "show", "--json").output)["cause"] == "disk"


def test_jobs_wait_and_are_not_counted_as_failed(app: Flask, context: Flask) -> None:
    done: list[object] = []
    jobs.handler("quiet")(done.append)
    with transaction():
        jobs.enqueue("quiet", {})
    _switch(app, "on")
    jobs.run_due()
    jobs.sign_of_life()
    db.session.rollback()
    job = db.session.scalars(select(Job)).one()
    assert (done, job.attempts, job.last_error) == ([], 0, None)
    _switch(app, "off")
    assert jobs.run_due() == 1
    assert done == [{}]


def test_administrators_come_in_and_others_are_told(
    app: Flask, client: FlaskClient, context: Flask
) -> None:
    officer, administrator = a_user(Role.OFFICER).username, a_user(Role.ADMINISTRATOR).username
    _switch(app, "on")

    def sign_in(username: str, password: str) -> Any:
        words = {"username": username, "password": password}
        return app.test_client().post("/account/sign-in", data=words)

    assert sign_in(administrator, "wrong").status_code == 422
    assert sign_in(officer, "wrong").status_code == 422
    assert sign_in(officer, PASSWORD).status_code == 503
    assert sign_in(administrator, PASSWORD).status_code == 303


def test_what_is_allowed_exists(app: Flask) -> None:
    assert set(app.view_functions) >= ALLOWED


def test_the_readers_own_choices_go_on(app: Flask, client: FlaskClient) -> None:
    _switch(app, "on")
    assert client.post("/language", data={"language": "en"}).status_code == 303


@pytest.mark.both_databases
def test_a_check_that_nobody_makes_lets_writes_pass(
    app: Flask, client: FlaskClient, at_noon: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the guards an opinion is taken in while reading only is promised."""
    from participation.kernel import db as kernel_db
    from participation.upkeep import readonly as gate

    with app.app_context():
        slug = a_consultation("open").slug
    _switch(app, "on")
    monkeypatch.setattr(kernel_db, "_guards", [])
    monkeypatch.setattr(gate, "SAFE", {"GET", "POST"})
    assert _send(client, slug).status_code == 303
