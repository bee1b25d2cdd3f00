"""Backup and restore: one file with everything but the keys, checked at both ends."""

from __future__ import annotations

import io
import json
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, func, select, text, update

from participation.audit.models import AuditEntry
from participation.comments.models import Comment
from participation.consultations.models import DraftVersion
from participation.kernel.db import db, sqlite_module, transaction
from participation.kernel.jobs import LAST_BACKUP, last_sign
from participation.kernel.storage import storage
from participation.record.models import RecordLeaf
from participation.upkeep.backup import envelope
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

PASSPHRASE = "一句只有我们两个人知道的话"


@pytest.fixture
def filled(app: Flask) -> Flask:
    """An instance with a consultation and three opinions."""
    now = datetime.now(UTC)
    with app.app_context():
        found = a_consultation(
            "open", opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=40)
        )
        for _ in range(3):
            a_comment(found)
        db.session.remove()
    return app


def run(app: Flask, *words: object) -> Result:
    """A command of the upkeep."""
    return app.test_cli_runner().invoke(args=["upkeep", *map(str, words)])


def told(result: Result) -> dict[str, Any]:
    """What a command answered as JSON."""
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.output.splitlines()[-1])
    return answer


def opinions(app: Flask) -> int:
    """How many opinions are there."""
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Comment)) or 0
        db.session.remove()
    return found


def another_opinion(app: Flask) -> None:
    """One more opinion, with its own file beside."""
    with app.app_context():
        from participation.consultations.models import Consultation

        a_comment(db.session.scalars(select(Consultation)).one())
        storage().put(b"a file that no row claims")
        db.session.remove()


@pytest.mark.both_databases
def test_a_restore_gives_back_the_moment_of_the_backup_and_keeps_what_it_replaces(
    filled: Flask, tmp_path: Path, database_kind: str
) -> None:
    # Sealed on one database and plain on the other: what is inside is the same.
    is_sealed = database_kind == "sqlite"
    file, secret = tmp_path / "backup.tar", tmp_path / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    how = ["--passphrase-file", secret] if is_sealed else []
    made = told(run(filled, "backup", file, "--json", *how))
    assert made["faults"] == []
    assert made["uploads"] == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert tarfile.is_tarfile(file) is not is_sealed
    another_opinion(filled)

    refused = run(filled, "restore", file, *how)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    rehearsed = told(run(filled, "restore", file, "--rehearse", "--json", *how))
    assert rehearsed["is_in_place"] is False
    assert opinions(filled) == 4, "nothing has changed yet"

    done = told(run(filled, "restore", file, "--replace", "--json", *how))
    assert opinions(filled) == 3
    assert done["other_encryption_key"] is False
    assert _opinions_before(filled, done["before"][0]) == 4
    with filled.app_context():
        key = db.session.scalars(select(DraftVersion.source_key)).one()
        assert storage().get(key)
        restored = select(AuditEntry).where(AuditEntry.event == "BackupRestored")
        assert db.session.scalars(restored).one()
        assert last_sign(LAST_BACKUP) is None, "the backup's own sign came after it"
        db.session.remove()
    # Life goes on there: sequences, triggers and constraints came along.
    another_opinion(filled)
    assert opinions(filled) == 4
    assert not [each for each in tmp_path.iterdir() if "restoring" in each.name]


def _opinions_before(app: Flask, where: str) -> int:
    if app.config["SETTINGS"].is_sqlite:
        engine = create_engine(f"sqlite:///{where}", module=sqlite_module())
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT count(*) FROM comment"))
        engine.dispose()
        return int(found or 0)
    with app.app_context():
        found = db.session.scalar(text(f"SELECT count(*) FROM {where}.comment"))
        db.session.remove()
    return int(found or 0)


def test_what_nobody_claims_any_more_is_put_aside_with_the_old_database(
    filled: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run(filled, "backup", file)
    another_opinion(filled)
    done = told(run(filled, "restore", file, "--replace", "--json"))
    _, others = done["before"]
    (left,) = Path(others).glob("*/*")
    assert left.read_bytes() == b"a file that no row claims"


def test_an_empty_instance_takes_a_backup_and_warns_of_another_key(
    filled: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    run(filled, "backup", file)
    fresh = filled.extensions["another"](
        instance=tmp_path / "fresh", database_url="sqlite:", storage_url="file:"
    )
    said = run(fresh, "restore", file)
    assert said.exit_code == 0, said.output
    assert "encryption_key" in said.output
    assert opinions(fresh) == 3
    with fresh.app_context():
        db.engine.dispose()


def test_the_keys_are_not_in_the_backup(filled: Flask, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    run(filled, "backup", file)
    whole = file.read_bytes()
    for name in ("encryption_key", "secret_key", "record_key", "audit_key"):
        if (tmp_path / name).exists():
            assert (tmp_path / name).read_bytes().strip() not in whole


def test_a_backup_never_overwrites_and_leaves_no_half_of_itself(
    filled: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("mine")
    assert run(filled, "backup", file).exit_code == 1
    assert file.read_text() == "mine"
    weak = tmp_path / "weak"
    weak.write_text("short\n")
    assert run(filled, "backup", tmp_path / "b", "--passphrase-file", weak).exit_code == 1
    assert run(filled, "backup", tmp_path / "none" / "b").exit_code == 1
    assert not [each for each in tmp_path.iterdir() if "half" in each.name or each.name == "b"]


def test_a_file_that_is_missing_or_damaged_is_told_by_its_key(
    filled: Flask, tmp_path: Path
) -> None:
    with filled.app_context():
        key = db.session.scalars(select(DraftVersion.source_key)).one()
    (tmp_path / "uploads" / key[:2] / key[2:]).write_bytes(b"something else")
    file = tmp_path / "backup.tar"
    made = run(filled, "backup", file)
    assert made.exit_code == 1
    assert key in made.output
    assert file.exists(), "better than none"
    refused = run(filled, "restore", file, "--replace")
    assert refused.exit_code == 1
    assert key in refused.output
    with filled.app_context():
        assert last_sign(LAST_BACKUP) is None, "the doctor goes on asking"


@pytest.mark.both_databases
def test_a_record_whose_leaf_was_altered_is_found_at_the_backup_and_at_the_restore(
    filled: Flask, tmp_path: Path
) -> None:
    with filled.app_context(), transaction() as session:
        leaf = session.scalars(select(RecordLeaf).where(RecordLeaf.index == 2)).one()
        session.execute(
            update(RecordLeaf)
            .where(RecordLeaf.index == 2)
            .values(data=leaf.data.replace(b"web", b"wob"))
        )
    with filled.app_context():
        db.session.remove()
    file = tmp_path / "backup.tar"
    made = run(filled, "backup", file)
    assert made.exit_code == 1
    assert "leaf 2 has another hash" in made.output
    assert run(filled, "restore", file, "--replace").exit_code == 1
    assert run(filled, "restore", file, "--replace", "--despite-faults").exit_code == 0


def _changed(file: Path, change: Any) -> None:
    """Write the archive anew with its members changed."""
    target = io.BytesIO()
    with tarfile.open(file) as old, tarfile.open(fileobj=target, mode="w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content
            for name, data in change(member.name, content.read()):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                new.addfile(info, io.BytesIO(data))
    file.write_bytes(target.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda name, data: [] if name.startswith("uploads/") else [(name, data)],
        lambda name, data: [] if name == "manifest.json" else [(name, data)],
        lambda name, data: [(name, data + b"x" if name == "heads.txt" else data)],
        lambda name, data: [(name, data), *([("../evil", b"x")] if name == "heads.txt" else [])],
        lambda name, data: [(name, data)] * (2 if name == "heads.txt" else 1),
        lambda name, data: [(name, data.replace(b"zhongyan-backup-1", b"zhongyan-backup-9"))],
    ],
)
def test_a_changed_archive_is_refused_and_changes_nothing(
    filled: Flask, tmp_path: Path, change: Any
) -> None:
    file = tmp_path / "backup.tar"
    run(filled, "backup", file)
    _changed(file, change)
    another_opinion(filled)
    refused = run(filled, "restore", file, "--replace")
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert opinions(filled) == 4
    assert not (tmp_path.parent / "evil").exists()


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_backup_cut_off_anywhere_is_refused(
    filled: Flask, tmp_path: Path, is_sealed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelope, "COST", {"n": 2**4, "r": 8, "p": 1})
    file, secret = tmp_path / "backup.tar", tmp_path / "passphrase"
    secret.write_text(PASSPHRASE, encoding="utf-8")
    how = ["--passphrase-file", secret] if is_sealed else []
    run(filled, "backup", file, *how)
    whole = file.read_bytes()
    for length in (0, 10, 600, 100_000, len(whole) // 2, len(whole) - 11_000):
        file.write_bytes(whole[:length])
        refused = run(filled, "restore", file, "--replace", *how)
        assert refused.exit_code == 1, length
        assert isinstance(refused.exception, SystemExit), refused.exception
    assert opinions(filled) == 3


def test_a_backup_of_another_kind_of_database_or_a_newer_schema_is_refused(
    filled: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "backup.tar"
    with filled.app_context(), transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    from participation.upkeep.backup.making import make_backup

    with filled.app_context():
        make_backup(filled.config["SETTINGS"], file)
        db.session.remove()
    refused = run(filled, "restore", file, "--rehearse")
    assert refused.exit_code == 1
    assert "9999" in refused.output


def test_a_database_in_use_is_not_replaced(filled: Flask, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    run(filled, "backup", file)
    busy = sqlite_module().connect(tmp_path / "participation.db")
    busy.execute("SELECT count(*) FROM comment").fetchone()
    refused = run(filled, "restore", file, "--replace")
    assert refused.exit_code == 1
    assert "请先停止" in refused.output
    busy.close()
    assert run(filled, "restore", file, "--replace").exit_code == 0


def test_a_damaged_database_is_put_aside_as_it_lies_there(filled: Flask, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    run(filled, "backup", file)
    with filled.app_context():
        db.engine.dispose()
    (tmp_path / "participation.db").write_bytes(b"no database at all" * 100)
    assert run(filled, "restore", file).exit_code == 1, "it may hold something"
    done = told(run(filled, "restore", file, "--replace", "--json"))
    assert Path(done["before"][0]).read_bytes().startswith(b"no database")
    assert opinions(filled) == 3
