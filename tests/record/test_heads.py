"""Signed heads: in time, by whoever has the key, once; and the change of the key."""

from __future__ import annotations

import base64
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.checkpoint import is_signed_by, public_of, read_head
from participation.kernel.db import db, transaction
from participation.kernel.merkle import (
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from participation.record import keys, operations, queries
from participation.record.checking import faults_of
from participation.record.jobs.heads import begin_logs, sign_due
from participation.record.keys import KeyMissing
from participation.record.models import RecordHead, RecordKey
from participation.record.rules import HEAD_LEAVES, Cause
from tests.conftest import NOON
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

OLD, NEW = (base64.b64encode(bytes([each]) * 32).decode() for each in (1, 2))


def sizes(consultation: Consultation) -> list[tuple[int, str]]:
    db.session.rollback()
    return [(each.size, each.cause) for each in queries.heads(consultation.id)]


def signed(consultation: Consultation, cause: Cause = Cause.COMMAND) -> RecordHead | None:
    with clock.fixed(NOON), transaction():
        return operations.sign_head(consultation.id, cause)


@pytest.mark.both_databases
def test_a_head_is_signed_a_minute_after_the_first_new_leaf(context: Flask) -> None:
    found = a_consultation("open")
    at = NOON + timedelta(hours=1)
    a_comment(found, at=at)
    # The opening has waited long since; the opinion's own minute begins with its leaf.
    with clock.fixed(at):
        sign_due()
    assert sizes(found) == [(2, "time")]
    a_comment(found, at=at + timedelta(seconds=5))
    a_comment(found, at=at + timedelta(seconds=50))
    for seconds, expected in ((64, 1), (65, 2), (200, 2)):
        with clock.fixed(at + timedelta(seconds=seconds)):
            sign_due()
        assert len(sizes(found)) == expected, seconds
    assert sizes(found)[-1] == (4, "time")


def test_a_hundred_new_leaves_are_signed_without_waiting(context: Flask) -> None:
    found = a_consultation("open")
    signed(found)
    for _ in range(HEAD_LEAVES - 1):
        a_comment(found, at=NOON)
    with clock.fixed(NOON):
        sign_due()
    assert len(sizes(found)) == 1
    a_comment(found, at=NOON)
    with clock.fixed(NOON):
        sign_due()
    assert sizes(found)[-1] == (HEAD_LEAVES + 1, "leaves")


@pytest.mark.both_databases
def test_nothing_new_is_not_signed_again(context: Flask) -> None:
    found = a_consultation("open")
    assert signed(found) is not None
    assert signed(found) is None
    assert len(sizes(found)) == 1


@pytest.mark.both_databases
def test_heads_and_proofs_hold_for_every_leaf_and_between_all_sizes(context: Flask) -> None:
    found = a_consultation("open")
    heads = []
    for _ in range(9):
        heads.append(signed(found))
        a_comment(found)
    signed(found)
    leaves = [leaf_hash(each) for each in queries.leaves(found.id)]
    newest = queries.newest_head(found.id)
    assert newest is not None
    [key] = queries.verifier_keys(found.id)
    for head in (*heads, newest):
        assert head is not None
        assert head.root == root_of(leaves[: head.size]) == queries.root_at(found.id, head.size)
        read = read_head(head.note)
        assert (read.size, read.root) == (head.size, head.root)
        assert is_signed_by(head.note, key)
        for index in range(head.size):
            proof = queries.inclusion_proof(found.id, index, head.size)
            assert verify_inclusion(leaves[index], index, head.size, proof, head.root)
        proof = queries.consistency_proof(found.id, head.size, newest.size)
        assert verify_consistency(head.size, newest.size, proof, head.root, newest.root)
    for index, size in ((10, 10), (0, 11), (-1, 10)):
        with pytest.raises(ValueError):
            queries.inclusion_proof(found.id, index, size)
    for old, new in ((5, 4), (4, 11)):
        with pytest.raises(ValueError):
            queries.consistency_proof(found.id, old, new)


@pytest.mark.both_databases
def test_a_receipt_is_pending_until_a_head_covers_it_and_proves_itself_then(
    context: Flask,
) -> None:
    from tests.backends.watching import statements

    found = a_consultation("open")
    signed(found)
    made = a_comment(found)
    pending = queries.receipt_file(made)
    assert pending is not None
    assert not {"head", "size", "proof"} & set(pending)
    for _ in range(6):
        a_comment(found)
    signed(found)
    db.session.refresh(made)
    with statements() as seen:
        receipt = queries.receipt_file(made)
    assert len(seen) <= 4
    assert receipt is not None
    assert receipt["format"] == "zhongyan-receipt-1"
    assert receipt["origin"].endswith(f"/{receipt['slug']}")
    root = read_head(receipt["head"]).root
    proof = [bytes.fromhex(each) for each in receipt["proof"]]
    hashed = leaf_hash(receipt["leaf"].encode())
    assert verify_inclusion(hashed, receipt["index"], receipt["size"], proof, root)
    assert is_signed_by(receipt["head"], receipt["keys"][-1])
    assert receipt == json.loads(json.dumps(receipt))


@pytest.mark.both_databases
def test_a_changed_key_is_told_in_every_log_by_the_old_and_the_new_one(context: Flask) -> None:
    one, two = a_consultation("open"), a_consultation("open")
    for each in (one, two):
        a_comment(each)
    signed(one)
    [first] = queries.verifier_keys(one.id)
    with clock.fixed(NOON), transaction():
        operations.rotate_key()
    a_comment(one)
    signed(one)
    late = a_consultation("open")
    signed(late)
    old, new = queries.verifier_keys(one.id)
    assert old == first
    assert queries.verifier_keys(two.id) != [old, new], "the origin is part of the key"
    assert len(queries.verifier_keys(two.id)) == 2
    assert len(queries.verifier_keys(late.id)) == 1
    heads = queries.heads(one.id)
    assert [is_signed_by(each.note, old) for each in heads] == [True, False, False]
    assert [is_signed_by(each.note, new) for each in heads] == [False, True, True]
    for each in (one, two, late):
        assert faults_of(each.id) == []
    assert len(keys.private_keys()) == 2
    with clock.fixed(NOON), transaction():
        operations.rotate_key()
    assert len(queries.verifier_keys(one.id)) == 3
    assert len(queries.verifier_keys(late.id)) == 2
    for each in (one, two, late):
        assert faults_of(each.id) == []


def test_only_who_signs_makes_the_key_and_only_its_owner_may_read_it(app: Flask) -> None:
    with app.app_context():
        path = Path(app.instance_path) / "record_key"
        found = a_consultation("open")
        a_comment(found)
        assert queries.verifier_keys(found.id) == []
        assert not path.exists(), "a web process takes opinions in and has no key"
        sign_due()
        assert path.stat().st_mode & 0o777 == 0o600
        [private] = keys.private_keys()
        present = queries.present_key()
        assert present is not None
        assert present.public == public_of(private)
        assert len(queries.verifier_keys(found.id)) == 1


def test_a_process_with_another_key_does_not_sign_and_says_so_once(
    context: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    found = a_consultation("open")
    sign_due()
    path = Path(context.instance_path) / "record_key"
    a_comment(found, at=NOON)
    for lost in (lambda: path.unlink(), lambda: path.write_text(NEW), lambda: path.write_text("x")):
        lost()
        caplog.clear()
        with caplog.at_level(logging.ERROR), clock.fixed(NOON + timedelta(days=1)):
            sign_due()
            sign_due()
        assert [each.levelname for each in caplog.records] == ["ERROR"]
        with pytest.raises(KeyMissing), transaction():
            operations.sign_head(found.id, Cause.COMMAND)
    assert len(sizes(found)) == 1
    assert len(queries.unsigned_too_long(NOON + timedelta(hours=1))) == 1
    assert queries.unsigned_too_long(NOON + timedelta(minutes=5)) == []


@pytest.mark.settings(record_key=OLD)
def test_the_key_may_come_from_the_settings(context: Flask) -> None:
    found = a_consultation("open")
    signed(found)
    assert not (Path(context.instance_path) / "record_key").exists()
    [key] = db.session.scalars(select(RecordKey))
    assert key.public == public_of(bytes([1]) * 32)


@pytest.mark.both_databases
def test_of_two_workers_at_the_same_moment_one_signs(context: Flask) -> None:
    found = a_consultation("open")
    a_comment(found)
    due = queries.due_for_heads(NOON + timedelta(days=60))
    assert [each for each, _ in due] == [found.id]
    for _ in range(2):
        signed(found, Cause.TIME)
    assert len(sizes(found)) == 1


@pytest.mark.both_databases
def test_logs_of_an_instance_from_before_are_begun_by_the_worker(context: Flask) -> None:
    from tests.record.test_operations import forget_log

    found, drafted = a_consultation("open"), a_consultation("drafting")
    a_comment(found, released=True)
    forget_log(found.id)
    assert queries.without_log() == [found.id]
    begin_logs()
    assert queries.without_log() == []
    assert queries.log_of(drafted.id) is None
    assert faults_of(found.id) == []
