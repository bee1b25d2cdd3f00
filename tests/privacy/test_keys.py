"""A key is changed while both open; stopped anywhere it goes on; a lost key is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from participation.accounts.models import SecondFactor
from participation.comments.models import Comment
from participation.comments.portable import opened
from participation.comments.rules import ContactField
from participation.desk.doctor import database
from participation.kernel import sealing
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.vault import Vault, new_key, vault
from participation.privacy import operations
from participation.privacy.jobs import rotate
from tests.conftest import ROOT
from tests.factories.accounts import a_user, enrolled
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

OPINIONS = 7


def filled() -> str:
    """Opinions with names and contacts and an officer's second factor; the officer's secret."""
    consultation = a_consultation("open")
    for number in range(OPINIONS):
        a_comment(consultation, name=f"王小{number}", contact=f"1380000{number:04}")
    secret, _codes = enrolled(a_user(Role.OFFICER))
    return secret


def with_keys(app: Flask, *keys: str) -> None:
    """The application as it would be started with these keys."""
    app.extensions["vault"] = Vault(",".join(keys))


def all_open() -> bool:
    """Whether every sealed value opens to what it was."""
    db.session.rollback()
    found = db.session.query(Comment).order_by(Comment.number).all()
    return [
        (opened(each, ContactField.NAME), opened(each, ContactField.CONTACT)) for each in found
    ] == [(f"王小{number}", f"1380000{number:04}") for number in range(OPINIONS)]


def test_every_sealed_column_of_the_tables_is_known() -> None:
    assert {str(each) for each in sealing.sealed_columns()} >= {
        "comment.name_sealed",
        "comment.contact_sealed",
        "second_factor.secret_sealed",
        "second_factor.pending_sealed",
    }


@pytest.mark.both_databases
@pytest.mark.usefixtures("context")
def test_a_change_stopped_between_two_pieces_goes_on_where_it_was(app: Flask) -> None:
    old, new = new_key(), new_key()
    with_keys(app, old)
    secret = filled()
    old_id = vault().key_ids[0]
    with_keys(app, new, old)
    new_id = vault().key_ids[0]
    name = Comment.__table__.c.name_sealed
    with transaction():
        assert operations.reseal_piece(name, 3) == 3
    # A piece that is killed before its commit is as if it had never been.
    with pytest.raises(KeyboardInterrupt), transaction():
        operations.reseal_piece(name, 3)
        raise KeyboardInterrupt
    assert sealing.keys_in_use()["comment.name_sealed"] == {new_id: 3, old_id: OPINIONS - 3}
    assert all_open()
    assert database.sealed_keys().state == "warn"
    left = rotate(2)
    assert left["comment.name_sealed"] == {new_id: OPINIONS}
    assert left["second_factor.secret_sealed"] == {new_id: 1}
    assert database.sealed_keys().state == "ok"
    with_keys(app, new)
    assert all_open()
    row = db.session.query(SecondFactor).one()
    assert vault().open(row.secret_sealed, f"second_factor.secret:{row.user_id}") == secret
    assert rotate(2) == left


@pytest.mark.usefixtures("context")
def test_a_key_that_is_gone_is_told_by_doctor_command_and_start(app: Flask, tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    with_keys(app, old)
    filled()
    key_id = vault().key_ids[0]
    run = app.test_cli_runner().invoke
    with_keys(app, new)
    found = database.sealed_keys()
    assert (found.state, found.params["keys"]) == ("fail", key_id)
    for command in (["privacy", "rotate-key"], ["privacy", "keys"], ["worker", "--once"]):
        said = run(args=command)
        assert said.exit_code == 1
        assert "encryption_key" in said.output
    with_keys(app, new, old)
    assert key_id in json.loads(run(args=["privacy", "keys", "--json"]).output)["keys"]
    db.session.remove()
    settings = {
        "PARTICIPATION_INSTANCE": str(tmp_path),
        "PARTICIPATION_ENCRYPTION_KEY": new,
        "PARTICIPATION_DEMO": "0",
        "PARTICIPATION_PORT": "0",
    }
    started = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode != 0
    assert key_id in started.stderr
    assert "encryption_key" in started.stderr
