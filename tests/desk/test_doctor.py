"""The doctor finds planted faults, says how to mend them, and answers tools in one line."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from flask import Flask, current_app
from sqlalchemy import create_engine, text, update
from sqlalchemy.engine import make_url

from participation import create_app
from participation.comments.models import CommentTally
from participation.desk.doctor import CHECKS, Finding, State, database, examine
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job, JobState, sign_of_life
from participation.kernel.schema import wanted_revision
from participation.record.jobs.heads import sign_due
from tests.conftest import NOON, free_port
from tests.factories.accounts import a_user
from tests.factories.adoption import run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

STRONG = "k3Zq9-wHhT7vYx2LrB8nMpC4sDfGjKaQeUiOtRy"
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def _healthy() -> None:
    """The schema as migrations leave it, a worker, an administrator."""
    _stamp()
    sign_of_life()
    a_user(Role.ADMINISTRATOR)


def _stamp(revision: str | None = None) -> None:
    wanted = revision or wanted_revision(current_app._get_current_object())  # type: ignore[attr-defined]
    with transaction() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)"))
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": wanted})


def _found(name: str) -> Finding:
    return next(each for each in examine() if each.name == name)


@pytest.mark.both_databases
def test_a_healthy_instance_fails_nothing(context: Flask) -> None:
    _healthy()
    failed = [each for each in examine() if each.state is State.FAIL]
    assert failed == []


def test_every_check_has_its_name_and_every_fault_its_remedy(context: Flask) -> None:
    found = examine()
    assert [each.name for each in found] == list(CHECKS)
    for each in found:
        assert each.message
        assert each.message % each.params
        assert bool(each.mend) == (each.state is not State.OK), each.name
        assert not each.mend or each.mend % each.params


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
@pytest.mark.parametrize("name", ["secret_key", "encryption_key"])
def test_a_key_that_others_can_read_is_a_fault(context: Flask, tmp_path: Path, name: str) -> None:
    assert _found(f"settings.{name}").state is not State.FAIL
    (tmp_path / name).chmod(0o644)
    found = _found(f"settings.{name}")
    assert found.state is State.FAIL
    assert found.params["mode"] == "0644"
    assert "chmod 600" in found.mend


@pytest.mark.settings(secret_key="short")
def test_a_guessable_secret_is_a_fault(context: Flask) -> None:
    assert _found("settings.secret_key").state is State.FAIL


@pytest.mark.settings(secret_key="a" * 60)
def test_a_long_secret_of_one_letter_is_a_fault(context: Flask) -> None:
    assert _found("settings.secret_key").state is State.FAIL


@pytest.mark.settings(secret_key=STRONG, encryption_key=KEY)
def test_keys_from_the_environment_are_well(context: Flask) -> None:
    assert _found("settings.secret_key").state is State.OK
    assert _found("settings.encryption_key").state is State.OK


def test_a_key_beside_the_database_is_warned_of(context: Flask) -> None:
    found = _found("settings.encryption_key")
    assert found.state is State.WARN
    assert "PARTICIPATION_ENCRYPTION_KEY" in found.mend


@pytest.mark.parametrize(
    ("given", "name", "wanted"),
    [
        ({"host": "0.0.0.0"}, "settings.public_url", State.WARN),
        ({"host": "0.0.0.0"}, "settings.exposure", State.WARN),
        ({"public_url": "http://a.example.cn"}, "settings.public_url", State.WARN),
        ({"public_url": "a.example.cn"}, "settings.public_url", State.FAIL),
        ({"public_url": "https://a.example.cn/zhongyan"}, "settings.public_url", State.FAIL),
        ({"public_url": "https://a.example.cn"}, "settings.public_url", State.OK),
        ({"public_url": "https://a.example.cn"}, "settings.exposure", State.WARN),
        (
            {"public_url": "https://a.example.cn", "trusted_proxies": 1},
            "settings.exposure",
            State.OK,
        ),
        (
            {"public_url": "https://a.example.cn", "trusted_proxies": 1, "host": "0.0.0.0"},
            "settings.exposure",
            State.WARN,
        ),
        ({"public_url": "https://a.example.cn", "demo": "auto"}, "settings.demo", State.WARN),
        ({"demo": "0"}, "settings.demo", State.OK),
        ({"rate_limits": "off"}, "settings.rate_limits", State.WARN),
        ({"rate_limits": "on"}, "settings.rate_limits", State.OK),
    ],
)
def test_settings_that_open_doors_are_told(
    tmp_path: Path, given: dict[str, Any], name: str, wanted: State
) -> None:
    app = create_app(instance=tmp_path, **{"rate_limits": "off", **given})
    with app.app_context():
        assert _found(name).state is wanted
        db.engine.dispose()


def test_an_old_schema_is_a_fault(context: Flask) -> None:
    _stamp("0000")
    found = _found("database.schema")
    assert found.state is State.FAIL
    assert found.params["present"] == "0000"
    assert "db upgrade" in found.mend


def test_an_empty_database_does_not_stop_the_doctor(tmp_path: Path) -> None:
    app = create_app(instance=tmp_path, demo="0", rate_limits="off")
    with app.app_context():
        found = {each.name: each.state for each in examine()}
        db.engine.dispose()
    assert len(found) == len(CHECKS)
    assert found["database.schema"] is State.FAIL
    assert found["storage"] is State.OK


def test_a_missing_worker_is_a_fault_and_a_late_one_too(context: Flask) -> None:
    assert _found("worker").state is State.FAIL
    with clock.fixed(NOON):
        sign_of_life()
    with clock.fixed(NOON + timedelta(minutes=2)):
        assert _found("worker").state is State.OK
    with clock.fixed(NOON + timedelta(minutes=4)):
        found = _found("worker")
    assert found.state is State.FAIL
    assert found.params["minutes"] == 4


def test_a_dead_job_is_a_fault_with_its_cause(context: Flask) -> None:
    with transaction() as session:
        jobs.enqueue("notifications.mail", {"what": "received", "comment_id": 1})
        session.flush()
        session.execute(update(Job).values(state=JobState.DEAD, last_error="OSError: no route"))
    found = _found("jobs.dead")
    assert found.state is State.FAIL
    assert found.params == {
        "count": 1,
        "kinds": "notifications.mail × 1",
        "error": "OSError: no route",
    }


def test_jobs_nobody_does_are_told(context: Flask) -> None:
    with clock.fixed(NOON), transaction():
        jobs.enqueue("notifications.mail", {"what": "received", "comment_id": 1})
    with clock.fixed(NOON + timedelta(minutes=4)):
        assert _found("jobs.late").state is State.OK
    with clock.fixed(NOON + timedelta(minutes=6)):
        assert _found("jobs.late").state is State.WARN


def test_figures_that_do_not_add_up_are_a_fault(context: Flask) -> None:
    made = a_consultation("closed")
    a_comment(made, released=True)
    assert _found("publications").state is State.OK
    with transaction() as session:
        session.execute(
            update(CommentTally).where(CommentTally.dimension == "outcome").values(count=9)
        )
    run_worker(NOON)
    found = _found("publications")
    assert found.state is State.FAIL
    assert found.params["slugs"] == made.slug
    assert "账目不符" in str(found.params["reason"])


def test_a_house_without_an_administrator_is_told(context: Flask) -> None:
    found = _found("administrator")
    assert found.state is State.WARN
    assert "setup-link" in found.mend
    a_user(Role.ADMINISTRATOR)
    assert _found("administrator").state is State.OK


def test_a_careless_database_is_a_fault(context: Flask) -> None:
    assert _found("database.durability").state is State.OK
    db.session.connection().exec_driver_sql("COMMIT")
    db.session.connection().exec_driver_sql("PRAGMA synchronous = NORMAL")
    found = database.durability()
    assert found.state is State.FAIL
    assert found.params["wrong"] == "synchronous = 1"


@pytest.mark.both_databases
def test_the_databases_version_is_told(context: Flask, database_kind: str) -> None:
    found = _found("database.engine")
    assert found.state is State.OK
    assert str(found.params["version"])[0].isdigit()
    assert database_kind[:6].lower() in found.message.lower()


def _postgres_says(name: str, value: str) -> None:
    database_name = db.engine.url.database
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{database_name}" SET {name} = {value}'))
    db.session.rollback()
    db.engine.dispose()
    found = database.durability()
    assert found.state is State.FAIL
    assert f"{name} = {value}" in str(found.params["wrong"])


def test_a_postgresql_that_answers_too_early_is_a_fault(
    postgres_url: str, postgres_template: str, tmp_path: Path
) -> None:
    name = "doctor_test"
    server = create_engine(
        postgres_url.replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    app = create_app(instance=tmp_path, database_url=url, demo="0", rate_limits="off")
    with app.app_context():
        assert _found("database.durability").state is State.OK
        _postgres_says("synchronous_commit", "off")
        db.session.remove()
        db.engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_a_host_whose_clock_is_wrong_is_told(
    context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _found("database.clock").state is State.OK
    # Another machine's clock cannot be had here; the database's answer is moved instead.
    for seconds, wanted in ((-3, State.WARN), (3, State.WARN), (1, State.OK)):
        shift = timedelta(seconds=seconds)
        monkeypatch.setattr(database, "database_now", lambda _s, by=shift: clock.machine() + by)
        assert _found("database.clock").state is wanted


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="POSIX")
def test_a_folder_open_to_others_is_told(context: Flask, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "participation.db").chmod(0o644)
    assert _found("folder").state is State.WARN
    tmp_path.chmod(0o700)
    assert _found("folder").state is State.OK


@pytest.mark.settings(storage_url="file:///proc/nowhere")
def test_a_storage_that_takes_nothing_is_a_fault(context: Flask) -> None:
    assert _found("storage").state is State.FAIL


@pytest.mark.settings(mail_url="smtp://127.0.0.1:9")
def test_a_mail_server_that_is_not_there_is_a_fault(context: Flask) -> None:
    found = _found("mail")
    assert found.state is State.FAIL
    assert "ConnectionRefusedError" in str(found.params["error"])


def test_a_mail_server_that_is_there_is_well(tmp_path: Path) -> None:
    controller = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        app = create_app(
            instance=tmp_path, rate_limits="off", mail_url=f"smtp://127.0.0.1:{controller.port}"
        )
        with app.app_context():
            assert _found("mail").state is State.OK
            db.engine.dispose()
    finally:
        controller.stop()


def test_a_year_without_its_list_of_working_days_is_told(context: Flask) -> None:
    with clock.fixed(NOON):
        assert _found("calendar").state is State.OK
    with clock.fixed(NOON.replace(year=2090)):
        found = _found("calendar")
    assert found.state is State.WARN
    assert found.params["years"] == "2090"


def test_the_command_prints_one_line_and_its_exit_tells(app: Flask) -> None:
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["doctor", "--json"])
    assert answer.exit_code == 1
    [line] = answer.stdout.splitlines()
    said = json.loads(line)
    assert said["ok"] is False
    assert {each["name"] for each in said["checks"]} == set(CHECKS)
    assert all(set(each) == {"name", "state", "message", "mend"} for each in said["checks"])
    with app.app_context():
        _healthy()
    answer = runner.invoke(args=["doctor", "--json"])
    assert answer.exit_code == 0, answer.stdout
    assert json.loads(answer.stdout)["ok"] is True


def test_the_command_speaks_to_people(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["doctor"])
    assert "[故障] worker" in answer.stdout
    assert "办法：" in answer.stdout
    assert "%(" not in answer.stdout


@pytest.mark.both_databases
def test_a_leaf_that_waits_for_a_signature_is_found(context: Flask) -> None:
    a_consultation("open")
    assert _found("record").state is State.FAIL, "it opened long ago and nobody has signed"
    assert "record_key" in _found("record").mend
    sign_due()
    assert _found("record").state is State.OK
    with transaction() as session:
        for table in ("record_head", "record_opening", "record_leaf", "record_node", "record_log"):
            session.execute(text(f"DELETE FROM {table}"))
    assert _found("record").state is State.WARN
