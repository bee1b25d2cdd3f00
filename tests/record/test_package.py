"""The open-data package of the platform: both verifiers' rules hold, and removals leave it."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
import unicodedata
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound, Unavailable
from participation.kernel.storage import storage
from participation.record import operations, package, queries
from participation.record.jobs.packages import refresh
from participation.record.models import RecordPackage
from participation.record.package import write_package
from participation.record.rules import Cause
from participation.record.verifier.inspection import audit
from participation.record.verifier.package import Package
from participation.record.verifier.receipt import check_receipt
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.removal import RemovalReason
from participation.surveys.models import Response
from tests.conftest import NOON
from tests.factories.adoption import run_worker
from tests.factories.comments import a_comment, an_officer
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_response, a_survey

AFTER = timedelta(days=60)


def a_consultation_with_everything() -> Consultation:
    """Masked, withheld, waiting and withdrawn opinions, and a survey."""
    found = a_consultation("open")
    survey = a_survey(found)
    for number in range(6):
        a_comment(found, released=True, body=f"第{number}条，桥头路灯太暗")
    # Written with a combining accent: the record has the normal form.
    a_comment(found, released=True, body=unicodedata.normalize("NFD", "café 旁边的灯坏了"))
    a_comment(found, released=True, body="我的电话是13812345678，请回电")
    a_comment(found, withheld=WithholdingReason.INSULT)
    a_comment(found, released=True, withdrawn=True)
    a_comment(found)
    a_response(found, survey)
    return found


def files_of(consultation: Consultation) -> dict[str, bytes]:
    """The files of the package that is handed out."""
    db.session.rollback()
    kept = queries.package_of(consultation.id)
    assert kept is not None
    data = b"".join(storage().open_stream(kept.key))
    assert len(data) == kept.size
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.both_databases
def test_the_package_is_handed_out_from_the_close_on_and_holds_every_rule(context: Flask) -> None:
    found = a_consultation_with_everything()
    run_worker(NOON + timedelta(hours=1))
    assert queries.package_of(found.id) is None, "not before the close"
    assert found.closes_at is not None
    run_worker(found.closes_at + timedelta(minutes=1))
    files = files_of(found)
    assert audit(files) == []
    assert {"bulletin.json", "verify.py", "verify.html", "README.txt"} <= set(files)
    run_worker(found.closes_at + AFTER)
    files = files_of(found)
    assert {"summary.json", "map.json"} <= set(files)
    assert audit(files) == []
    opened = Package(files)
    for comment in db.session.query(Comment).filter_by(consultation_id=found.id):
        receipt = queries.receipt_file(comment)
        wanted = "removed" if comment.withdrawn_at else "included"
        assert check_receipt(receipt).code == wanted, comment.number
        assert check_receipt(receipt, opened).code == wanted, comment.number
    for response in db.session.query(Response):
        assert check_receipt(queries.survey_receipt_file(response), opened).code == "included"


@pytest.mark.both_databases
def test_what_is_removed_leaves_the_package_at_once_and_the_storage_with_it(context: Flask) -> None:
    found = a_consultation_with_everything()
    assert found.closes_at is not None
    later = found.closes_at + timedelta(minutes=1)
    run_worker(later)
    before = queries.package_of(found.id)
    assert before is not None
    old = before.key
    gone = db.session.query(Comment).filter_by(consultation_id=found.id, number=2).one()
    body = gone.body
    assert body.encode() in files_of(found)["comments.jsonl"]
    officer = an_officer(found)
    with clock.fixed(later), transaction():
        comments.erase_comment(
            officer, found.slug, 2, RemovalReason.PI_REQUEST, "个人信息保护法第四十七条"
        )
    assert queries.package_of(found.id) is None, "not handed out from the removal on"
    run_worker(later)
    files = files_of(found)
    assert audit(files) == []
    assert not any(body.encode() in data for data in files.values())
    with pytest.raises(NotFound):
        storage().open_stream(old)


@pytest.mark.both_databases
def test_a_package_is_not_kept_when_leaves_came_while_it_was_built(
    context: Flask, tmp_path: Path
) -> None:
    found = a_consultation_with_everything()
    with clock.fixed(NOON), transaction():
        operations.sign_head(found.id, Cause.COMMAND)
    leaves = write_package(found.id, tmp_path / "package.zip")
    db.session.rollback()
    a_comment(found)
    with pytest.raises(Unavailable), transaction():
        operations.keep_package(found.id, "0" * 64, 1, leaves, "close")
    with pytest.raises(Unavailable):
        write_package(found.id, tmp_path / "package.zip")
    assert db.session.query(RecordPackage).count() == 0


def test_what_is_decided_after_the_close_is_in_the_next_package(context: Flask) -> None:
    found = a_consultation_with_everything()
    assert found.closes_at is not None
    later = found.closes_at + timedelta(minutes=1)
    run_worker(later)
    first = files_of(found)
    waiting = db.session.query(Comment).filter_by(visibility="waiting").one()
    with clock.fixed(later), transaction():
        comments.release(SYSTEM, found.slug, [waiting.id])
    for minutes, is_new in ((30, False), (90, True)):
        at = later + timedelta(minutes=minutes)
        with clock.fixed(at):
            refresh()
            refresh()
        run_worker(at)
        assert (files_of(found) != first) is is_new
    assert audit(files_of(found)) == []


def test_a_row_changed_past_the_operations_is_told_by_the_package(context: Flask) -> None:
    found = a_consultation_with_everything()
    assert found.closes_at is not None
    db.session.execute(
        text("UPDATE comment SET shown_body = '赞成', body = '赞成' WHERE number = 1")
    )
    db.session.commit()
    run_worker(found.closes_at + timedelta(minutes=1))
    assert audit(files_of(found)) == [(7, "words_differ", "1")]


def test_memory_does_not_grow_with_the_words(
    context: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "PART", 10)
    found = a_consultation("open")

    def peak(comments: int) -> int:
        for _ in range(comments):
            a_comment(found, released=True, body="灯" * 4000)
        with clock.fixed(NOON + AFTER), transaction():
            operations.sign_head(found.id, Cause.COMMAND)
        db.session.rollback()
        tracemalloc.start()
        write_package(found.id, tmp_path / "package.zip")
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        db.session.rollback()
        return highest

    few, many = peak(12), peak(36)
    assert many - few < 36 * 4000 * 3 / 2, "less than half of the words that came in between"


def test_the_command_writes_a_package_that_its_own_verifier_accepts(
    app: Flask, context: Flask, tmp_path: Path
) -> None:
    found = a_consultation_with_everything()
    file = tmp_path / "package.zip"
    run = app.test_cli_runner().invoke
    ended = run(args=["record", "package", found.slug, str(file), "--json"])
    assert ended.exit_code == 0, ended.output
    with zipfile.ZipFile(file) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    assert audit(files) == []
    (tmp_path / "verify.py").write_bytes(files["verify.py"])
    words = [sys.executable, "-I", str(tmp_path / "verify.py"), "package", str(file)]
    assert subprocess.run(words, capture_output=True).returncode == 0
