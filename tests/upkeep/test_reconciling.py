"""Contents nobody claims go after a day, claims without content are reported, the rest stays."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import String

from participation.consultations.models import Consultation
from participation.consultations.queries import current_draft
from participation.kernel import clock, jobs
from participation.kernel.claims import claiming_columns
from participation.kernel.db import Base
from participation.kernel.storage import KEY_LENGTH, StorageKey, storage
from participation.upkeep.reconciling import GRACE, Missing, reconcile
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_file, a_meeting


def path_of(app: Flask, key: str) -> Path:
    return Path(app.instance_path) / "uploads" / key[:2] / key[2:]


def aged(app: Flask, key: str, by: timedelta = GRACE + timedelta(minutes=1)) -> str:
    """The content as if it had been put so long ago."""
    then = (clock.now() - by).timestamp()
    os.utime(path_of(app, key), (then, then))
    return key


def source_key(made: Consultation) -> str:
    draft = current_draft(made.id)
    assert draft is not None
    return draft.source_key


def test_what_nobody_claims_goes_after_a_day_and_what_is_claimed_stays(context: Flask) -> None:
    made = a_consultation("open")
    kept = [source_key(made), a_file(made, a_meeting(made)).storage_key]
    for key in kept:
        aged(context, key)
    old = aged(context, storage().put(b"an upload that was refused"))
    young = storage().put(b"an upload whose row is not there yet")
    told = reconcile(dry_run=True)
    assert (told.removed, storage().get(old)) == ([old], b"an upload that was refused")
    found = reconcile()
    assert (found.claimed, found.removed, found.missing) == (2, [old], [])
    assert [storage().get(key) for key in kept]
    assert storage().get(young)
    assert reconcile().removed == []


def test_what_is_uploaded_again_is_not_taken_away(context: Flask) -> None:
    key = aged(context, storage().put(b"uploaded twice"))
    storage().put(b"uploaded twice")
    assert reconcile().removed == []
    assert storage().get(key)


def test_a_file_half_written_at_a_crash_is_swept_away(context: Flask) -> None:
    key = storage().put(b"whole")
    half = path_of(context, key).with_name(f"{key[2:]}.x7f3")
    half.write_bytes(b"who")
    aged(context, f"{key[:2]}{half.name}")
    assert reconcile().removed == [f"{key[:2]}{half.name}"]
    assert not half.exists()
    assert storage().get(key)


def test_a_claim_without_content_is_named_and_fails_the_command(context: Flask) -> None:
    made = a_consultation("open")
    key = source_key(made)
    storage().delete(key)
    draft = current_draft(made.id)
    assert draft is not None
    assert reconcile().missing == [Missing("draft_version.source_key", str(draft.id), key)]
    told = context.test_cli_runner().invoke(args=["upkeep", "reconcile-storage", "--json"])
    assert told.exit_code == 1
    assert json.loads(told.output)["missing"][0]["key"] == key
    in_words = context.test_cli_runner().invoke(args=["upkeep", "reconcile-storage"])
    assert "请从备份中恢复" in in_words.output


def test_the_worker_looks_once_a_night(context: Flask) -> None:
    jobs.make_rounds(now=True)
    jobs.make_rounds(now=True)
    old = aged(context, storage().put(b"left over"))
    with clock.fixed(clock.now() + timedelta(days=1)):
        jobs.run_due()
        jobs.run_due()
    assert not path_of(context, old).exists()


def test_every_column_that_looks_like_a_content_key_claims_it() -> None:
    claiming = set(claiming_columns())
    odd = [
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_key")
        and isinstance(column.type, String | StorageKey)
        and getattr(column.type, "length", None) == KEY_LENGTH
        and column not in claiming
    ]
    assert claiming
    assert odd == [], "type it StorageKey, or its content is swept away"


@pytest.mark.parametrize("content", [b"", b"\0" * 100_000])
def test_a_changed_content_is_not_given_out_as_the_old_one(context: Flask, content: bytes) -> None:
    key = storage().put(content + b"x")
    path_of(context, key).write_bytes(content)
    with pytest.raises(LookupError):
        storage().get(key)
