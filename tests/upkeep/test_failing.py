"""When the database, the disk or the storage is away: 503, a plain sentence, the text kept."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError, TimeoutError

from participation import create_app
from participation.kernel import db as kernel_db
from participation.kernel.actor import Role
from participation.kernel.db import db, sqlite_module
from participation.web.access import public
from tests.conftest import free_port
from tests.factories.accounts import a_user, sign_in
from tests.factories.consultations import a_consultation

TYPED = "我花了半小时写的意见。"
FORM = {
    "stance": "suggest", "body": TYPED, "respondent_kind": "person", "submission_key": "key-1",
    "website": "", "csrf_token": "theirs",
}  # fmt: skip


def _is_plain_refusal(answer: Any, *, kept: bool = True) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert 'role="alert"' in answer.text
    if kept:
        assert TYPED in answer.text
        assert 'name="submission_key" value="key-1"' in answer.text
        assert 'name="csrf_token" value="theirs"' in answer.text, "the form's own, no fresh one"


@pytest.fixture
def away(tmp_path: Path) -> Flask:
    """An application whose PostgreSQL is not there."""
    url = f"postgresql://he@127.0.0.1:{free_port()}/nothing"
    made = create_app(instance=tmp_path, database_url=url, demo="0", rate_limits="off")
    made.config.update(WTF_CSRF_ENABLED=False)
    return made


def test_a_database_that_is_away_is_said_on_every_kind_of_page(away: Flask) -> None:
    client = away.test_client()
    _is_plain_refusal(client.get("/consultations/2026-0001"), kept=False)
    _is_plain_refusal(client.post("/consultations/2026-0001/comment", data=FORM))
    told = client.post("/api/v1/consultations/2026-0001/comments", json={
        "stance": "suggest", "body": TYPED, "respondent_kind": "person", "submission_key": "k",
    })  # fmt: skip
    assert (told.status_code, bool(told.json["message"])) == (503, True)
    assert told.headers["Retry-After"]
    assert client.get("/readyz").status_code == 503
    assert client.get("/about").status_code == 200


def test_a_signed_in_persons_refusal_is_a_page_too(
    app: Flask, client: FlaskClient, context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, a_user(Role.OFFICER))

    def fails(*_: Any) -> None:
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))

    event.listen(db.engine, "before_cursor_execute", fails)
    try:
        for path in ("/desk", "/account"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "desk-nav" not in answer.text
        _is_plain_refusal(client.post("/desk/consultations/new", data=FORM))
    finally:
        event.remove(db.engine, "before_cursor_execute", fails)
    assert client.get("/desk").status_code == 200


@pytest.mark.parametrize(
    "cause",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        TimeoutError("QueuePool limit of size 10 overflow 20 reached"),
        OperationalError("INSERT", {}, Exception("database or disk is full")),
        OperationalError("INSERT", {}, Exception("attempt to write a readonly database")),
    ],
    ids=lambda each: str(each)[:30],
)
def test_what_lacks_room_or_connections_is_no_error_of_ours(app: Flask, cause: Exception) -> None:
    def view() -> str:
        raise cause

    app.add_url_rule("/lacking", "lacking", public(view), methods=["POST"])
    _is_plain_refusal(app.test_client().post("/lacking", data=FORM))


def test_an_error_of_ours_stays_one(app: Flask) -> None:
    def view() -> str:
        raise OSError(errno.EACCES, "Permission denied")

    app.add_url_rule("/broken", "broken", public(view), methods=["POST"])
    answer = app.test_client().post("/broken", data=FORM)
    assert answer.status_code == 500
    assert "用同样的内容再试一次" not in answer.text


def test_a_password_is_never_carried_to_a_second_try(app: Flask) -> None:
    def view() -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    app.add_url_rule("/lacking", "lacking", public(view), methods=["POST"])
    answer = app.test_client().post("/lacking", data={**FORM, "password": "river-stone"})
    assert answer.status_code == 503
    assert TYPED in answer.text
    assert "river-stone" not in answer.text
    assert "用同样的内容再试一次" not in answer.text


def test_a_database_that_somebody_has_locked_is_waited_for_and_then_said(
    app: Flask, client: FlaskClient, at_noon: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        slug = a_consultation("open").slug
        url = db.engine.url
        db.session.remove()
        db.engine.dispose()
    monkeypatch.setattr(kernel_db, "BUSY_MILLISECONDS", 200)
    other = create_engine(url, module=sqlite_module())
    with other.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        _is_plain_refusal(client.post(f"/consultations/{slug}/comment", data=FORM))
        assert client.get(f"/consultations/{slug}").status_code == 200, "reading goes on"
        holder.rollback()
    other.dispose()
    assert client.post(f"/consultations/{slug}/comment", data=FORM).status_code == 303


def test_postgresql_gives_up_waiting_for_a_lock_and_says_so(
    postgres_url: str, postgres_template: str, tmp_path: Path
) -> None:
    from tests.conftest import _address, _administer

    name = "failing_test"
    _administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    address = _address(postgres_url, name)
    app = create_app(
        instance=tmp_path, database_url=address, demo="0", rate_limits="off", statement_seconds=1
    )
    app.config.update(WTF_CSRF_ENABLED=False)
    app.extensions["wake"] = None
    with app.app_context():
        slug = a_consultation("open").slug
        db.session.remove()
    holder = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with holder.connect() as connection:
        connection.execute(text("SELECT * FROM consultation FOR UPDATE"))
        client = app.test_client()
        _is_plain_refusal(client.post(f"/consultations/{slug}/comment", data=FORM))
        connection.rollback()
    with app.app_context():
        # The connection was not left with what failed on it.
        assert db.session.scalar(text("SHOW statement_timeout")) == "1s"
        assert db.session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1s"
        db.session.remove()
        db.engine.dispose()
    holder.dispose()
    _administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def test_threads_that_fail_do_not_keep_the_turn(app: Flask, at_noon: object) -> None:
    with app.app_context():
        slug = a_consultation("open").slug

    def fail() -> None:
        with app.app_context(), pytest.raises(ZeroDivisionError), kernel_db.transaction():
            raise ZeroDivisionError

    threads = [threading.Thread(target=fail) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    answer = app.test_client().post(f"/consultations/{slug}/comment", data=FORM)
    assert answer.status_code == 303
