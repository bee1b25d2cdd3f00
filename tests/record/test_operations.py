"""Adding to the record: one leaf for each thing that happens, with it or not at all."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from participation.comments import operations as comments
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.consultations.operations import extend_window
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.canonical import canonical, commitment, instant_text
from participation.kernel.db import Base, db, transaction
from participation.kernel.merkle import Edge, Tree, leaf_hash, root_of
from participation.portal.queries import overview
from participation.record import operations, queries
from participation.record.checking import faults_of
from participation.record.models import RecordLeaf, RecordNode, RecordOpening
from participation.record.rules import Kind
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.removal import RemovalReason, RestrictionReason
from tests.conftest import NOON
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment, an_officer, some_words
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_response, a_survey


def told(consultation_id: int, kind: str | None = None) -> list[dict[str, Any]]:
    """The leaves of a consultation, read."""
    db.session.rollback()
    read = [json.loads(data) for data in queries.leaves(consultation_id, limit=10_000)]
    return [each for each in read if kind in (None, each["kind"])]


def salt_of(consultation_id: int, number: int, field: str) -> bytes:
    found = db.session.scalars(
        select(RecordOpening.salt)
        .where(
            RecordOpening.consultation_id == consultation_id,
            RecordOpening.number == number,
            RecordOpening.field == field,
        )
        .order_by(RecordOpening.index.desc())
    ).first()
    assert found is not None
    return found


@pytest.mark.both_databases
def test_a_log_begins_with_the_publication(context: Flask) -> None:
    found = a_consultation("open")
    [leaf] = told(found.id)
    assert leaf["kind"] == "open"
    assert leaf["v"] == 1
    assert leaf["consultation"] == found.slug
    assert leaf["closes_at"] == instant_text(found.closes_at)
    assert len(leaf["draft_sha256"]) == 64
    log = queries.log_of(found.id)
    assert log is not None
    assert log.origin == f"127.0.0.1:8000/{found.slug}"
    assert log.size == 1


@pytest.mark.both_databases
def test_an_opinion_is_a_leaf_that_commits_to_its_words_and_its_receipt(context: Flask) -> None:
    found = a_consultation("open")
    clause = "a3"
    at = NOON + timedelta(hours=1, microseconds=999_999)
    made = a_comment(found, clause_key=None, at=at, proposed_text="改为“五日”")
    [leaf] = told(found.id, "comment")
    assert set(leaf) == {"v", "kind", "at", "number", "channel", "c_body", "c_claim"}
    assert leaf["at"] == "2026-06-01T05:00:00Z"
    words = {
        "body": made.body,
        "proposed_text": "改为“五日”",
        "respondent_kind": "person",
        "stance": "suggest",
    }
    salt = salt_of(found.id, made.number, "body")
    assert leaf["c_body"] == commitment("body", salt, canonical(words))
    salt = salt_of(found.id, made.number, "claim")
    assert leaf["c_claim"] == commitment("claim", salt, made.receipt.encode())
    assert clause not in leaf


@pytest.mark.both_databases
def test_the_words_name_the_clause_by_its_key(context: Flask) -> None:
    found = a_consultation("open")
    from participation.consultations.queries import clauses_of, current_draft

    draft = current_draft(found.id)
    assert draft is not None
    key = next(row.key for row in clauses_of(draft.id) if row.kind == "article")
    made = a_comment(found, clause_key=key)
    receipt = queries.receipt_file(made)
    assert receipt is not None
    assert receipt["words"]["clause"] == key
    value, salt = canonical(receipt["words"]), bytes.fromhex(receipt["salts"]["body"])
    assert json.loads(receipt["leaf"])["c_body"] == commitment("body", salt, value)


@pytest.mark.both_databases
def test_a_submission_that_is_rolled_back_leaves_no_leaf(context: Flask) -> None:
    found = a_consultation("open")
    with pytest.raises(ZeroDivisionError), clock.fixed(NOON), transaction():
        comments.submit_comment(SYSTEM, found.slug, some_words())
        raise ZeroDivisionError
    assert len(told(found.id)) == 1


@pytest.mark.both_databases
def test_a_key_sent_twice_is_one_leaf(context: Flask) -> None:
    found = a_consultation("open")
    words = some_words()
    for _ in range(2):
        with clock.fixed(NOON), transaction():
            comments.submit_comment(SYSTEM, found.slug, words)
    assert [each["number"] for each in told(found.id, "comment")] == [1]


@pytest.mark.both_databases
def test_nodes_edge_and_root_are_those_of_the_leaves(context: Flask) -> None:
    found = a_consultation("open")
    for _ in range(12):
        a_comment(found)
    db.session.rollback()
    data = queries.leaves(found.id)
    tree, log = Tree([leaf_hash(each) for each in data]), queries.log_of(found.id)
    assert log is not None
    assert log.size == len(data) == 13
    assert Edge.from_bytes(log.size, log.edge).root() == tree.root()
    stored = db.session.execute(
        select(RecordNode.level, RecordNode.index, RecordNode.hash).where(
            RecordNode.consultation_id == found.id
        )
    )
    assert sorted(map(tuple, stored)) == sorted(tree.nodes())
    assert all(each.hash == leaf_hash(each.data) for each in db.session.scalars(select(RecordLeaf)))


@pytest.mark.both_databases
def test_moderation_is_told_with_what_was_masked(context: Flask) -> None:
    found = a_consultation("open")
    plain = a_comment(found, released=True)
    masked = a_comment(found, released=True, body="请打 13800001111 找我。")
    a_comment(found, withheld=WithholdingReason.INSULT)
    first, second, third = told(found.id, "moderate")
    assert (first["numbers"], first["state"]) == (str(plain.number), "published")
    assert "masked" not in first
    assert "reason" not in first
    assert set(second["masked"]) == {str(masked.number)}
    [entry] = [each for each in queries.public_entries(found.id) if each["number"] == masked.number]
    assert entry["masked"] is True
    assert "13800001111" not in entry["words"]["body"]
    opened = commitment("shown", bytes.fromhex(entry["salt"]), canonical(entry["words"]))
    assert second["masked"][str(masked.number)] == opened
    assert (third["state"], third["reason"]) == ("withheld", "insult")


@pytest.mark.both_databases
def test_many_shown_at_once_are_one_leaf(context: Flask) -> None:
    found = a_consultation("open")
    for number in range(1, 7):
        a_comment(found, body=f"第{number}条，电话 1380000111{number}" if number % 3 == 0 else "好")
    with transaction():
        comments.withhold(SYSTEM, found.slug, 4, WithholdingReason.MEANINGLESS)
    with transaction():
        comments.release(SYSTEM, found.slug)
    leaf = told(found.id, "moderate")[-1]
    assert leaf["numbers"] == "1-3,5-6"
    assert set(leaf["masked"]) == {"3", "6"}


@pytest.mark.both_databases
def test_a_withdrawal_leaves_a_tombstone_and_no_salts(context: Flask) -> None:
    found = a_consultation("open")
    made = a_comment(found, released=True, body="请打 13800001111 找我。")
    other = a_comment(found)
    with clock.fixed(NOON), transaction():
        comments.withdraw(made.receipt)
    [leaf] = told(found.id, "tombstone")
    target = queries.comment_leaf(found.id, made.number)
    assert target is not None
    assert (leaf["number"], leaf["index"]) == (made.number, target.index)
    assert leaf["leaf_hash"] == target.hash.hex()
    assert (leaf["reason"], leaf["role"]) == ("AUTHOR_WITHDRAWAL", "author")
    assert "个人信息保护法" in leaf["basis"]
    left = set(db.session.scalars(select(RecordOpening.number)))
    assert left == {other.number}
    states = {each["number"]: each["state"] for each in queries.public_entries(found.id)}
    assert states == {made.number: "removed", other.number: "waiting"}
    receipt = queries.receipt_file(db.session.get_one(Comment, made.id))
    assert receipt is not None
    assert not {"words", "salts"} & set(receipt)
    assert json.loads(receipt["tombstone"]["leaf"]) == leaf


@pytest.mark.both_databases
def test_survey_responses_are_numbered_leaves(context: Flask) -> None:
    found = a_consultation("open")
    survey = a_survey(found)
    a_response(found, survey)
    made = a_response(found, survey)
    first, second = told(found.id, "survey")
    assert (first["response"], second["response"]) == (1, 2)
    assert second["survey"] == survey.id
    receipt = queries.survey_receipt_file(made)
    assert receipt is not None
    assert (receipt["survey"], receipt["response"]) == (survey.id, 2)
    salt = bytes.fromhex(receipt["salts"]["answers"])
    assert second["c_answers"] == commitment("answers", salt, canonical(receipt["answers"]))
    assert {"question", "options"} == set(receipt["answers"][0])


@pytest.mark.both_databases
def test_an_extension_is_told_with_its_note(context: Flask) -> None:
    found = a_consultation("open")
    officer = an_officer(found)
    assert found.closes_at is not None
    later = found.closes_at + timedelta(days=5)
    with clock.fixed(NOON), transaction():
        extend_window(officer, found.slug, later, "春节放假，延长五天。")
    [leaf] = told(found.id, "amend")
    assert leaf["what"] == "window"
    assert leaf["closes_at"] == instant_text(later)


@pytest.mark.both_databases
def test_close_and_result_count_and_hash_what_was_published(context: Flask) -> None:
    found = a_full_consultation()
    [close], [result] = told(found.id, "close"), told(found.id, "result")
    assert (close["received"], close["surveys"]) == (4, 1)
    assert close["by_channel"] == {"web": 4}
    assert sum(close["by_state"].values()) == 4
    assert (close["by_state"]["withdrawn"], close["by_state"]["published"]) == (1, 2)
    for name, content in (
        (close["bulletin_sha256"], queries.bulletin_bytes(found.id)),
        (result["summary_sha256"], queries.summary_bytes(found.id)),
        (result["map_sha256"], queries.result_map(found.id)),
    ):
        assert content is not None
        assert hashlib.sha256(content).hexdigest() == name
    lines = json.loads(queries.result_map(found.id) or b"")
    assert [number for number, _, _ in lines] == [1, 2, 3, 4]
    assert lines[0] == [1, 1, "adopted"]
    assert sum(result["outcomes"].values()) == result["received"] == 4
    assert len(result["outcomes"]) == 8
    for kind in ("close", "result"):
        head = overview(found.slug, clock.now(), Kind(kind)).head
        assert head is not None
        assert head.root == root_of([leaf_hash(x) for x in queries.leaves(found.id, 0, head.size)])


def a_full_consultation() -> Consultation:
    """A consultation that ran its whole course, its result sealed."""
    found = a_consultation("open")
    survey = a_survey(found)
    a_response(found, survey)
    shown = a_comment(found, released=True, body="请打 13800001111 找我。")
    other = a_comment(found, released=True)
    a_comment(found, withheld=WithholdingReason.UNRELATED)
    a_comment(found, withdrawn=True)
    assert found.closes_at is not None
    with clock.fixed(found.closes_at + timedelta(days=1)):
        a_point(found, [shown, other])
        a_point(found, db.session.scalars(select(Comment).where(Comment.number == 3)).all())
    run_worker(found.closes_at + timedelta(days=2))
    return found


@pytest.mark.both_databases
def test_a_log_that_is_begun_late_tells_the_same_as_one_kept_all_along(context: Flask) -> None:
    found = a_full_consultation()
    before = told(found.id)
    entries = queries.public_entries(found.id)
    forget_log(found.id)
    with transaction():
        operations.begin_log(found.id)
    after = told(found.id)
    kinds = ("open", "comment", "survey", "close", "result", "tombstone")
    for kind in kinds:
        old = [without_commitments(each) for each in before if each["kind"] == kind]
        new = [without_commitments(each) for each in after if each["kind"] == kind]
        assert new == old, kind
    assert after[0]["kind"] == "open"
    states = [(each["number"], each["state"]) for each in queries.public_entries(found.id)]
    assert states == [(each["number"], each["state"]) for each in entries]


def forget_log(consultation_id: int) -> None:
    """An instance as it was before there were logs."""
    with transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name.startswith("record_") and "consultation_id" in table.c:
                session.execute(delete(table).where(table.c.consultation_id == consultation_id))


def without_commitments(leaf: dict[str, Any]) -> dict[str, Any]:
    """What of a leaf does not depend on chance or on when it was written."""
    random = ("c_", "at", "index", "leaf_hash")
    return {name: value for name, value in leaf.items() if not name.startswith(random)}


@pytest.mark.both_databases
def test_the_act_that_begins_a_log_late_is_told_once(context: Flask) -> None:
    found = a_consultation("open")
    a_comment(found, released=True)
    forget_log(found.id)
    a_comment(found)
    assert [each["number"] for each in told(found.id, "comment")] == [1, 2]
    assert len(told(found.id, "moderate")) == 1
    forget_log(found.id)
    with transaction():
        comments.release(SYSTEM, found.slug)
    assert [each["numbers"] for each in told(found.id, "moderate")] == ["1-2"]


@pytest.mark.both_databases
def test_other_leaves_are_appended_by_name(context: Flask) -> None:
    found = a_consultation("open")
    with transaction():
        index = operations.append(found.id, Kind.OUTAGE, {"planned": True})
    assert index == 1
    assert told(found.id)[1]["planned"] is True


def test_a_submission_adds_few_statements(context: Flask) -> None:
    from tests.backends.watching import statements

    found = a_consultation("open")
    with statements() as seen:
        for _ in range(8):
            a_comment(found)
    ours = [each for each, _ in seen if "record_" in each]
    # Lock, leaf, openings, edge; and nodes for every second leaf.
    assert len(ours) <= 8 * 4 + 4


@pytest.mark.both_databases
def test_what_an_officer_removes_is_told_with_reason_role_and_basis(context: Flask) -> None:
    found, basis = a_consultation("open"), "（2026）云01民终1号判决"
    officer = an_officer(found)
    a_comment(found, released=True, body="请打 13800001111 找我。")
    with clock.fixed(NOON), transaction():
        comments.erase_comment(officer, found.slug, 1, RemovalReason.COURT, basis)
    [leaf] = told(found.id, "tombstone")
    assert (leaf["reason"], leaf["role"], leaf["basis"]) == ("COURT", "officer", basis)
    assert list(db.session.scalars(select(RecordOpening))) == []
    [entry] = queries.public_entries(found.id)
    assert entry == {"number": 1, "index": 1, "state": "removed"}
    assert faults_of(found.id) == []


@pytest.mark.both_databases
def test_a_restriction_is_told_and_so_is_its_end(context: Flask) -> None:
    found = a_consultation("open")
    officer = an_officer(found)
    made = a_comment(found, released=True)
    for act in (
        lambda: comments.restrict(officer, found.slug, 1, RestrictionReason.PENDING_CASE),
        lambda: comments.unrestrict(officer, found.slug, 1),
        lambda: comments.release(officer, found.slug),
        lambda: comments.restrict(officer, found.slug, 1, RestrictionReason.ARCHIVE_DUTY),
        lambda: comments.withdraw(made.receipt),
    ):
        with clock.fixed(NOON), transaction():
            act()
        assert faults_of(found.id) == []
    states = [(each["state"], each.get("reason")) for each in told(found.id, "moderate")]
    assert states == [
        ("published", None),
        ("restricted", "PENDING_CASE"),
        ("waiting", None),
        ("published", None),
        ("restricted", "ARCHIVE_DUTY"),
    ]
    assert told(found.id, "tombstone") == [], "what is locked is kept, also when taken back"
    with clock.fixed(NOON), transaction():
        comments.unrestrict(officer, found.slug, 1)
    [leaf] = told(found.id, "tombstone")
    assert (leaf["reason"], leaf["role"]) == ("AUTHOR_WITHDRAWAL", "author")
    assert leaf["basis"]
    assert faults_of(found.id) == []


@pytest.mark.both_databases
def test_a_removal_that_begins_the_log_late_has_its_tombstone(context: Flask) -> None:
    found = a_consultation("open")
    officer = an_officer(found)
    a_comment(found, released=True)
    forget_log(found.id)
    with clock.fixed(NOON), transaction():
        comments.erase_comment(officer, found.slug, 1, RemovalReason.UNLAWFUL, "某某法第一条")
    assert [each["kind"] for each in told(found.id)] == ["open", "comment", "tombstone"]
    assert faults_of(found.id) == []
