"""R13: what was erased after a backup is not readable on any instance that the backup restores."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from participation.comments import operations
from participation.comments.models import Comment
from participation.kernel import erasures
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.rulebook.removal import RemovalReason
from tests.drills.table import report, report_control
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.upkeep.test_backups import run, told

pytestmark = pytest.mark.drill

CANARY = "十七号院住着的那一位"
COUNT = 4


@pytest.fixture
def written(app: Flask) -> Flask:
    """Opinions with words that will have to be forgotten."""
    now = datetime.now(UTC)
    with app.app_context():
        found = a_consultation(
            "open", opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=40)
        )
        for _ in range(COUNT):
            a_comment(found, body=f"{CANARY}请把灯关了。")
        db.session.remove()
    return app


def erase_all_but_one(app: Flask) -> None:
    """Erase all opinions but the last one."""
    with app.app_context():
        comments = db.session.scalars(select(Comment).order_by(Comment.number)).all()
        slug = db.session.scalar(text("SELECT slug FROM consultation"))
        officer = a_user(Role.OFFICER)
        department = db.session.scalar(text("SELECT department_id FROM consultation"))
        actor = actor_of(officer)
        actor = type(actor)(actor.role, actor.id, actor.name, department, frozenset({department}))
        for each in comments[:-1]:
            with transaction():
                operations.erase_comment(
                    actor, slug, each.number, RemovalReason.PI_REQUEST, "本人书面要求删除"
                )
        db.session.remove()


def readable(app: Flask) -> int:
    """How many opinions still say the words."""
    with app.app_context():
        found = db.session.scalars(select(Comment.body)).all()
        db.session.remove()
        db.engine.dispose()
    return sum(CANARY in body for body in found)


def raw(folder: Path) -> int:
    """How often the words stand in the raw bytes of a folder's database and its log."""
    files = [folder / f"participation.db{side}" for side in ("", "-wal")]
    return sum(each.read_bytes().count(CANARY.encode()) for each in files if each.exists())


def another(app: Flask, folder: Path, **settings: Any) -> Flask:
    """An instance after the loss of the first one: the keys are there, nothing else."""
    folder.mkdir()
    for name in ("encryption_key", "secret_key"):
        shutil.copy(Path(app.instance_path) / name, folder / name)
    found: Flask = app.extensions["another"](
        **{"instance": folder, "database_url": "sqlite:", "storage_url": "file:", **settings}
    )
    return found


@pytest.mark.both_databases
def test_a_restored_older_backup_forgets_again_before_it_serves(
    written: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    told(run(written, "backup", file, "--json"))
    erase_all_but_one(written)
    assert readable(written) == 1
    lines = erasures.FILE
    before = (tmp_path / lines).read_bytes()
    rehearsed = told(run(written, "restore", file, "--rehearse", "--json"))
    assert rehearsed["replayed"]["erased"] == COUNT - 1
    assert (tmp_path / lines).read_bytes() == before, "a rehearsal writes nothing"
    done = told(run(written, "restore", file, "--replace", "--json"))
    assert done["replayed"] == {"erased": COUNT - 1, "already": 0, "missing": 0}
    assert readable(written) == 1
    if written.config["SETTINGS"].is_sqlite:
        assert raw(tmp_path) == 1
    # The restored log says so, too, and is whole.
    assert run(written, "restore", file, "--rehearse").exit_code == 0
    checked = written.test_cli_runner().invoke(args=["record", "check"])
    assert checked.exit_code == 0, checked.output
    with written.app_context():
        db.session.remove()
    kind = "SQLite" if written.config["SETTINGS"].is_sqlite else "PostgreSQL"
    report(
        f"R13 erased stays erased, {kind}",
        "after the restore of an older backup 0 erased bodies are readable",
        f"0 of {COUNT - 1}; erased again before the database is put in place",
    )


def test_on_a_new_machine_the_ledger_that_was_shipped_is_replayed(
    written: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run(written, "backup", file)
    erase_all_but_one(written)
    shipped = tmp_path / "shipped.jsonl"
    shutil.copy(tmp_path / erasures.FILE, shipped)
    fresh = another(written, tmp_path / "fresh")
    told(run(fresh, "restore", file, "--ledger", shipped, "--json"))
    assert readable(fresh) == 1
    assert raw(tmp_path / "fresh") == 1
    kept = list(erasures.read(tmp_path / "fresh" / erasures.FILE))
    assert len(kept) == COUNT - 1, "the next restore knows it without being told"


def test_the_drill_finds_out_a_restore_without_the_ledger(written: Flask, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    run(written, "backup", file)
    erase_all_but_one(written)
    fresh = another(written, tmp_path / "fresh")
    told(run(fresh, "restore", file, "--json"))
    found = readable(fresh)
    assert found == COUNT
    report_control("R13", "a restore without the ledger", f"found: {found - 1} erased are readable")
