"""The audit is append-only, and itself a log: who changes it past the triggers is found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from participation.audit import jobs as audit_jobs
from participation.audit import operations, queries
from participation.audit.append_only import DROPS, TABLES, TRIGGERS
from participation.audit.checking import check
from participation.audit.leaves import private_key, public_key
from participation.audit.models import AuditEntry, AuditHead, AuditLeaf
from participation.kernel import clock, jobs
from participation.kernel.checkpoint import sign_head
from participation.kernel.db import Base, db, transaction
from participation.kernel.merkle import root_of
from participation.kernel.schema import ensure_schema
from tests.conftest import NOON
from tests.factories.consultations import a_consultation


def _fill() -> None:
    """A matter's entries, put into the log and signed."""
    a_consultation("open")
    with transaction():
        operations.sequence()
        operations.sign(at_once=True)


def _break(*statements: str) -> None:
    """Write past the triggers, as somebody who owns the database can."""
    dialect = db.engine.dialect.name
    db.session.rollback()
    with db.engine.connect() as connection:
        for statement in (*DROPS[dialect], *statements, *TRIGGERS[dialect]):
            connection.execute(text(statement))
        connection.commit()


def _faults(outside: str | None = None) -> list[str]:
    found = check(outside)
    db.session.rollback()
    return [each.sentence % each.params for each in found.faults]


@pytest.mark.both_databases
def test_no_line_is_changed_or_removed(context: Flask) -> None:
    _fill()
    columns = {"audit_entry": "event", "audit_leaf": "hash", "audit_head": "note"}
    acts = ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"]
    if db.engine.dialect.name == "postgresql":
        acts.append("TRUNCATE {0} CASCADE")
    for table in TABLES:
        for act in acts:
            with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
                session.execute(text(act.format(table, columns[table])))


@pytest.mark.both_databases
def test_the_migrations_protect_the_audit_too(context: Flask) -> None:
    Base.metadata.drop_all(db.engine)
    stamp(revision="base")
    ensure_schema()
    for table in TABLES:
        with db.engine.connect() as connection:
            made = (
                text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t")
                if context.config["SETTINGS"].is_sqlite
                else text(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:t)"
                    " AND NOT tgisinternal"
                )
            )
            assert len(connection.execute(made, {"t": table}).all()) >= 2, table


@pytest.mark.both_databases
def test_an_untouched_audit_agrees_with_itself_and_with_an_older_head(context: Flask) -> None:
    _fill()
    old = queries.newest_head()
    assert old is not None
    note = old.note
    assert old.root == root_of(list(queries.hashes(0, old.size)))
    _fill()
    assert _faults(note) == []
    newest = queries.newest_head()
    entries = db.session.scalar(select(func.count()).select_from(AuditEntry))
    assert newest is not None
    assert newest.size == entries > old.size


def _delete_a_line() -> None:
    _break("DELETE FROM audit_entry WHERE id = 3")


def _edit_a_line() -> None:
    _break("UPDATE audit_entry SET actor_name = 'x' WHERE id = 3")


def _edit_a_line_and_its_leaf() -> None:
    _edit_a_line()
    row = db.session.execute(select(*queries.COLUMNS).where(AuditEntry.id == 3)).one()
    value = queries.hash_of(row).hex()
    db.session.rollback()
    literal = f"X'{value}'" if db.engine.dialect.name == "sqlite" else f"'\\x{value}'::bytea"
    _break(f"UPDATE audit_leaf SET hash = {literal} WHERE entry_id = 3")


def _delete_a_line_and_its_leaf() -> None:
    _break("DELETE FROM audit_leaf WHERE entry_id = 3", "DELETE FROM audit_entry WHERE id = 3")


def _cut_the_end() -> None:
    _break(
        "DELETE FROM audit_entry WHERE id > 2",
        "DELETE FROM audit_leaf WHERE entry_id > 2",
    )


def _put_a_line_in() -> None:
    with transaction() as session:
        session.add(
            AuditEntry(
                at=NOON - timedelta(days=2), actor_role="officer", actor_name="", event="Forged",
                payload={},
            )
        )  # fmt: skip


def _swap_two_lines() -> None:
    _break(
        "UPDATE audit_entry SET id = 9999 WHERE id = 3",
        "UPDATE audit_entry SET id = 3 WHERE id = 4",
        "UPDATE audit_entry SET id = 4 WHERE id = 9999",
    )


ATTACKS = [
    _delete_a_line,
    _edit_a_line,
    _edit_a_line_and_its_leaf,
    _delete_a_line_and_its_leaf,
    _cut_the_end,
    _put_a_line_in,
    _swap_two_lines,
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.__name__)
def test_an_insider_with_the_database_is_found_out(
    context: Flask, attack: Callable[[], None]
) -> None:
    _fill()
    assert _faults() == []
    attack()
    assert _faults() != []


@pytest.mark.both_databases
def test_what_was_done_to_a_line_is_told(context: Flask) -> None:
    _fill()
    _edit_a_line()
    assert _faults() == ["第 3 号记录已被改动。"]
    _delete_a_line()
    assert _faults() == ["第 3 号记录已被删除。"]


@pytest.mark.both_databases
def test_an_insider_with_the_key_too_is_found_out_by_a_head_kept_outside(
    context: Flask,
) -> None:
    _fill()
    newest = queries.newest_head()
    assert newest is not None
    note, signed_at = newest.note, newest.signed_at
    db.session.rollback()
    # Everything anew: one line gone, the log and its head made again with the right key.
    _break("DELETE FROM audit_head", "DELETE FROM audit_leaf", "DELETE FROM audit_entry WHERE id=3")
    with clock.fixed(signed_at), transaction():
        operations.sequence()
        operations.sign(at_once=True)
    assert _faults() == [], "inside of the house nothing is to be seen"
    [told] = _faults(f"From: zhongyan\r\nSubject: x\r\n\r\n{note}\r\nbye\r\n")
    assert "外面保存的签名" in told


def test_a_head_by_another_key_is_found_out(context: Flask) -> None:
    _fill()
    newest = queries.newest_head()
    assert newest is not None
    forged = sign_head(queries_origin(), newest.size, newest.root, b"x" * 32)
    assert any("不是用这把密钥" in each for each in _faults(forged))


def queries_origin() -> str:
    """The log's name."""
    return public_key().split("+")[0]


@pytest.mark.both_databases
def test_a_lower_id_that_is_committed_later_gets_its_place(context: Flask) -> None:
    _fill()
    before = queries.size()
    with transaction() as session:
        session.add(
            AuditEntry(
                id=5_000, at=clock.now(), actor_role="system", actor_name="", event="Late",
                payload={},
            )
        )  # fmt: skip
    with transaction():
        assert operations.sequence() == 1
    with transaction() as session:
        session.add(
            AuditEntry(
                id=4_000, at=clock.now(), actor_role="system", actor_name="", event="Later",
                payload={"a": None, "b": 0.5, "c": "é"},
            )
        )  # fmt: skip
    with transaction():
        assert operations.sequence() == 1
        operations.sign(at_once=True)
    assert queries.size() == before + 2
    assert _faults() == []


def test_the_worker_keeps_the_log_and_signs_every_hour(context: Flask) -> None:
    with clock.fixed(NOON):
        a_consultation("open")
        audit_jobs.keep_log()
        first = queries.newest_head()
        assert first is not None
        assert first.size == queries.size() > 0
    for minutes, heads in ((10, 1), (61, 2)):
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            a_consultation("open")
            audit_jobs.keep_log()
            assert not queries.has_unsequenced()
            assert len(queries.all_heads()) == heads


@pytest.mark.settings(audit_mail="auditor@example.cn")
def test_the_head_is_mailed_once_a_day(
    context: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[tuple[str, str, str]] = []
    mailer = context.extensions["mailer"]
    monkeypatch.setattr(mailer, "send", lambda *words: sent.append(words))
    with clock.fixed(NOON):
        a_consultation("open")
        for _ in range(3):
            audit_jobs.schedule_mail()
            jobs.run_due()
    [(to, _subject, words)] = sent
    assert to == "auditor@example.cn"
    assert public_key() in words
    assert _faults(words) == []
    saved = tmp_path / "mail.txt"
    saved.write_text(words, encoding="utf-8")
    answer = _run(context, "check", "--head", str(saved), "--key", public_key(), "--json")
    assert answer.exit_code == 0


def _run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["audit", *words])


def test_the_commands_print_a_head_and_tell_of_a_fault(context: Flask, tmp_path: Path) -> None:
    a_consultation("open")
    answer = _run(context, "head", "--json")
    assert answer.exit_code == 0, answer.output
    given = json.loads(answer.output)
    assert given["size"] == queries.size()
    file = tmp_path / "head"
    file.write_text(given["note"], encoding="utf-8")
    answer = _run(context, "check", "--head", str(file))
    assert (answer.exit_code, "没有改动" in answer.output) == (0, True)
    _edit_a_line()
    answer = _run(context, "check", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.output)["faults"] == ["第 3 号记录已被改动。"]
    file.write_text("nothing", encoding="utf-8")
    answer = _run(context, "check", "--head", str(file))
    assert (answer.exit_code, "无法读取" in answer.output) == (1, True)


def test_the_key_is_the_owners_alone(context: Flask, tmp_path: Path) -> None:
    private_key()
    assert (tmp_path / "audit_key").stat().st_mode & 0o777 == 0o600


def test_all_tables_of_the_log_are_protected() -> None:
    assert {each.__tablename__ for each in (AuditEntry, AuditLeaf, AuditHead)} == set(TABLES)
