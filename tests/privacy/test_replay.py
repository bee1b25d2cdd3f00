"""R13: a backup from before an erasure is restored; after the replay nothing erased is readable."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from participation import create_app
from participation.accounts import operations as accounts
from participation.accounts.models import User
from participation.comments import operations, queries
from participation.comments.models import Comment
from participation.comments.rules import Outcome, Visibility
from participation.kernel import erasures
from participation.kernel.actor import Role
from participation.kernel.db import db, forget_traces, transaction
from participation.privacy.jobs import replay
from participation.rulebook.removal import RemovalReason
from tests.factories.accounts import a_user, actor_of
from tests.factories.comments import a_comment, an_officer
from tests.factories.consultations import a_consultation

WORDS = "备份里的话：请把第七盏灯移走。"
BASIS = "《个人信息保护法》第四十七条第一款"


def erased_after_the_backup(folder: Path) -> Path:
    """An instance in which a backup was made, then one opinion each was erased, withdrawn, and
    freed of its contact, and an account deleted; the backup's folder."""
    consultation = a_consultation("open")
    kept, erased, withdrawn, freed = (
        a_comment(consultation, body=f"{WORDS}{n}", contact="13800001111", released=True)
        for n in range(4)
    )
    citizen = a_user(Role.CITIZEN, username="yunxi-resident")
    assert forget_traces()
    backup = folder / "backup"
    backup.mkdir()
    shutil.copy(folder / "participation.db", backup)
    shutil.copy(folder / "encryption_key", backup)
    officer, slug = an_officer(consultation), consultation.slug
    with transaction():
        operations.erase_comment(officer, slug, erased.number, RemovalReason.UNLAWFUL, BASIS)
        operations.withdraw(withdrawn.receipt)
        operations.delete_contact(freed.receipt)
        proof = accounts.Proof(citizen.id, is_right=True, compared_with=citizen.password_hash)
        accounts.delete_own_account(actor_of(citizen), proof)
    # Newer than the backup: the ledger knows it, the backup does not.
    newest = a_comment(consultation, body=WORDS)
    with transaction():
        operations.withdraw(newest.receipt)
    assert kept.body.startswith(WORDS)
    return backup


def readable(app: Flask) -> dict[str, int]:
    """What of the erased is still there in the clear or sealed, by kind."""
    with app.app_context():
        found = db.session.scalars(select(Comment).order_by(Comment.number)).all()
        states = {
            "words": sum(WORDS in each.body for each in found[1:3]),
            "contacts": sum(each.contact_sealed is not None for each in found[1:]),
            "accounts": len(
                db.session.scalars(select(User).where(User.username == "yunxi-resident")).all()
            ),
        }
        assert WORDS in found[0].body
        db.session.remove()
        return states


@pytest.mark.usefixtures("context")
def test_what_was_erased_after_the_backup_is_erased_again_before_anybody_reads(
    tmp_path: Path,
) -> None:
    backup = erased_after_the_backup(tmp_path)
    ledger = erasures.ledger_path()
    restored = create_app(instance=backup, demo="0", rate_limits="off", worker=False)
    # The control: without the ledger the restored instance tells everything again.
    assert readable(restored) == {"words": 2, "contacts": 3, "accounts": 1}
    with restored.app_context():
        said = restored.test_cli_runner().invoke(args=["privacy", "replay", str(ledger), "--json"])
        db.session.remove()
    assert json.loads(said.output.splitlines()[-1]) == {"erased": 4, "already": 0, "missing": 1}
    assert readable(restored) == {"words": 0, "contacts": 0, "accounts": 0}
    assert WORDS.encode() + b"1" not in (backup / "participation.db").read_bytes()
    with restored.app_context():
        consultation = db.session.scalars(select(Comment)).first()
        assert consultation is not None
        number = consultation.consultation_id
        assert queries.counts(number) == queries.recount(number)
        assert queries.counts(number).by_outcome[Outcome.WITHDRAWN] == 1
        assert queries.counts(number).by_visibility[Visibility.REMOVED] == 1
        assert replay(erasures.read(ledger)) == {"erased": 0, "already": 4, "missing": 1}
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("context")
def test_an_entry_hits_no_stranger_of_the_same_number() -> None:
    comment = a_comment(a_consultation("open"), body=WORDS)
    slug, number = comment.consultation.slug, comment.number
    stranger = erasures.Entry("2026-06-01T00:00:00", "comment", slug, number, "0" * 64, "COURT")
    nobody = erasures.Entry("2026-06-01T00:00:00", "account", "", 1, "0" * 64, "own")
    assert replay([stranger, nobody]) == {"erased": 0, "already": 0, "missing": 2}
    assert db.session.get_one(Comment, comment.id, populate_existing=True).body == WORDS
