"""The check of a log: clean where nobody touched it, and a sentence for every attack by SQL."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from participation.comments import operations as comments
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.canonical import canonical
from participation.kernel.db import db, transaction
from participation.kernel.merkle import Edge, leaf_hash
from participation.record import operations, queries
from participation.record.checking import examine, faults_of
from participation.record.jobs.heads import sign_due
from participation.record.rules import Cause
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.factories.surveys import a_response, a_survey


def sentences(consultation_id: int) -> str:
    return "\n".join(each.sentence % each.params for each in faults_of(consultation_id))


@pytest.fixture
def kept(context: Flask) -> Consultation:
    """A consultation with its result: 1 shown, 2 masked, 3 withheld, 4 withdrawn, 5 shown."""
    found = a_consultation("open")
    survey = a_survey(found)
    a_response(found, survey)
    shown = a_comment(found, released=True, proposed_text="改为“五日”")
    masked = a_comment(found, released=True, body="请打 13800001111 找我。")
    a_comment(found, withheld=WithholdingReason.UNRELATED)
    a_comment(found, withdrawn=True)
    a_comment(found, released=True)
    with clock.fixed(NOON):
        sign_due()
    assert found.closes_at is not None
    with clock.fixed(found.closes_at + timedelta(days=1)):
        a_point(found, [shown, masked])
    run_worker(found.closes_at + timedelta(days=40))
    with clock.fixed(found.closes_at + timedelta(days=50)):
        sign_due()
    assert sentences(found.id) == ""
    return found


def attack(statements: str, consultation: Consultation, **values: object) -> None:
    """What somebody with the database can do; the session's transaction stays open."""
    wanted = {**values, "of": consultation.id}
    on_sqlite = db.engine.dialect.name == "sqlite"
    # Whoever owns the database is not held back by its foreign keys.
    db.session.execute(
        text(
            "PRAGMA defer_foreign_keys = ON"
            if on_sqlite
            else "SET LOCAL session_replication_role = replica"
        )
    )
    for each in statements.split(";"):
        db.session.execute(
            text(each), {name: wanted[name] for name in wanted if f":{name}" in each}
        )
    db.session.expire_all()


def found_after(statements: str, consultation: Consultation, **values: object) -> str:
    """What the check says of an attack, which is then undone."""
    db.session.rollback()
    attack(statements, consultation, **values)
    found = "\n".join(each.sentence % each.params for each in examine(consultation.id))
    db.session.rollback()
    return found


COMMENT = "UPDATE comment SET {} WHERE consultation_id = :of AND number = {}"
ATTACKS = {
    "body": (COMMENT.format("body = 'x'", 1), "第 1 号意见的内容"),
    "proposed text": (COMMENT.format("proposed_text = 'x'", 1), "第 1 号意见的内容"),
    "stance": (COMMENT.format("stance = 'oppose'", 3), "第 3 号意见的内容"),
    "respondent": (COMMENT.format("respondent_kind = 'firm'", 3), "第 3 号意见的内容"),
    "clause": (
        COMMENT.format("clause_id = (SELECT min(id) FROM clause)", 5),
        "第 5 号意见的内容",
    ),
    "receipt": (COMMENT.format("receipt = 'ABCD'", 1), "第 1 号意见的回执"),
    "channel": (COMMENT.format("channel = 'letter'", 1), "第 1 号意见的来源"),
    "instant": (COMMENT.format("received_at = '2026-05-02 00:00:00'", 1), "收到时间"),
    "shown words": (COMMENT.format("shown_body = 'x'", 1), "第 1 号意见显示的内容"),
    "masked words": (COMMENT.format("shown_body = body", 2), "第 2 号意见显示的内容"),
    "reason": (COMMENT.format("reason_code = 'insult'", 3), "第 3 号意见不公开的理由"),
    "hidden without a leaf": (
        COMMENT.format("visibility = 'withheld', reason_code = 'insult', published_at = NULL", 1),
        "第 1 号意见在数据库里是 withheld，在记录里是 published",
    ),
    "deleted": (
        "DELETE FROM sealed_member; DELETE FROM point_member;"
        " DELETE FROM comment WHERE consultation_id = :of AND number = 5",
        "第 5 号意见有记录，但是意见本身不见了",
    ),
    "swapped": (
        COMMENT.format("body = (SELECT body FROM comment WHERE number = 5)", 3),
        "第 3 号意见的内容",
    ),
    "window": (
        "UPDATE consultation SET opens_at = '2026-01-01 00:00:00' WHERE id = :of",
        "开始时间",
    ),
    "close": (
        "UPDATE consultation SET closes_at = '2027-01-01 00:00:00' WHERE id = :of",
        "截止时间与记录不符",
    ),
    "answers": (
        "UPDATE survey_answer SET text = 'x' WHERE text IS NOT NULL",
        "的内容与收到时的记录不符",
    ),
    "a response": ("DELETE FROM survey_answer; DELETE FROM survey_response", "答卷不见了"),
    "bulletin": (
        "UPDATE bulletin SET content = '{\"received\": 4}' WHERE consultation_id = :of",
        "截止公报与记录不符",
    ),
    "result": ("UPDATE sealed_point SET content = :content", "采纳情况第 1 版与记录不符"),
    "map": ("UPDATE record_map SET content = :data", "对应表"),
    "leaf": ("UPDATE record_leaf SET data = :data WHERE {i} = 2", "第 2 号记录"),
    "dropped leaf": ("DELETE FROM record_leaf WHERE {i} = 3", "第 3 号记录缺失"),
    "cut tail": (
        "DELETE FROM record_leaf WHERE {i} >= 5; UPDATE record_log SET size = 5",
        "第 5 号意见没有记录",
    ),
    "node": ("UPDATE record_node SET hash = :data WHERE level = 1 AND {i} = 0", "中间节点"),
    "edge": ("UPDATE record_log SET edge = :data", "算出的根"),
    "head": ("UPDATE record_head SET root = :data WHERE size > 1", "记录被改动过"),
    "note": ("UPDATE record_head SET note = replace(note, '— ', '- ')", "规定的格式"),
    "head removed": ("DELETE FROM record_head WHERE size > 10", "最新的签名树头"),
    "salts": ("DELETE FROM record_opening WHERE number = 1", "第 1 号意见的内容"),
    "survey count": ("UPDATE record_log SET surveys = 7", "问卷记录的计数"),
}


@pytest.mark.both_databases
def test_every_attack_by_sql_is_found(kept: Consultation) -> None:
    values = {
        "data": b"x" * 32,
        "content": json.dumps({"number": 1, "disposition": "adopted", "excerpts": []}),
    }
    undetected = []
    for name, (statement, sentence) in ATTACKS.items():
        found = found_after(statement.replace("{i}", '"index"'), kept, **values)
        if sentence not in found:
            undetected.append(f"{name}: {found!r}")
    assert undetected == []
    assert sentences(kept.id) == ""


@pytest.mark.both_databases
def test_two_bodies_swapped_and_a_row_without_a_leaf_are_found(context: Flask) -> None:
    found = a_consultation("open")
    first, second = a_comment(found), a_comment(found)
    told = found_after(
        "UPDATE comment SET body = CASE number WHEN 1 THEN :second ELSE :first END"
        " WHERE consultation_id = :of",
        found,
        first=first.body,
        second=second.body,
    )
    assert "第 1 号意见的内容" in told
    assert "第 2 号意见的内容" in told
    other = a_consultation("open")
    with clock.fixed(NOON), transaction() as session:
        session.add(a_row_without_leaf(other))
    assert sentences(other.id) == "第 1 号意见没有记录：它不是按规定收到的。"


def a_row_without_leaf(consultation: Consultation) -> object:
    from participation.comments.models import Comment

    return Comment(
        consultation_id=consultation.id,
        number=1,
        receipt="STUFFED",
        submission_key="x",
        stance="support",
        body="好",
        words_digest="0" * 64,
        respondent_kind="person",
        channel="web",
        received_at=clock.now(),
        visibility="waiting",
        outcome="pending",
    )


@pytest.mark.both_databases
def test_a_history_written_anew_is_found_by_the_heads_that_were_signed(context: Flask) -> None:
    found = a_consultation("open")
    made = a_comment(found)
    with clock.fixed(NOON), transaction():
        operations.sign_head(found.id, Cause.COMMAND)
    # Everything an insider without the key can make anew: words, salts, leaf, nodes, edge.
    leaf = json.loads(queries.leaf(found.id, 1).data)
    leaf["channel"] = "letter"
    data, first = canonical(leaf), queries.leaf(found.id, 0).hash
    edge = Edge()
    edge.append(first)
    [(level, index, node)] = edge.append(leaf_hash(data))
    told = found_after(
        "UPDATE comment SET channel = 'letter' WHERE consultation_id = :of;"
        'UPDATE record_leaf SET data = :data, hash = :hash WHERE "index" = 1;'
        "UPDATE record_node SET hash = :node; UPDATE record_log SET edge = :node",
        found,
        data=data,
        hash=leaf_hash(data),
        node=node,
    )
    assert (level, index, made.number) == (1, 0, 1)
    assert told == "第 2 条时的签名树头与记录不符：记录被改动过。"


@pytest.mark.both_databases
def test_a_removal_whose_salts_are_still_there_is_found(context: Flask) -> None:
    found = a_consultation("open")
    made = a_comment(found)
    salt = queries.receipt_file(made)
    assert salt is not None
    with clock.fixed(NOON), transaction():
        comments.withdraw(made.receipt)
    assert sentences(found.id) == ""
    told = found_after(
        'INSERT INTO record_opening (consultation_id, number, field, "index", salt)'
        " VALUES (:of, 1, 'body', 1, :salt)",
        found,
        salt=bytes.fromhex(salt["salts"]["body"]),
    )
    assert "盐值还在" in told
