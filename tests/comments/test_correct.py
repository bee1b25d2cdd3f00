"""Correcting an opinion: until the close, nothing lost, one act however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.adoption.models import PointMember
from participation.comments import operations, queries
from participation.comments.models import Comment, CommentTally, CommentVersion
from participation.comments.operations import CorrectedWords
from participation.comments.rules import (
    MOST_CORRECTIONS,
    Dimension,
    Outcome,
    RespondentKind,
    Stance,
    Visibility,
)
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from participation.record import queries as record
from participation.record.checking import faults_of
from participation.record.operations import sign_head
from participation.record.rules import Cause
from participation.record.verifier.receipt import check_receipt
from participation.rulebook.removal import RestrictionReason
from tests.conftest import NOON
from tests.factories.adoption import a_point
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def the_day_after() -> Iterator[None]:
    with clock.fixed(NOON + timedelta(days=1, hours=1)):
        yield


def some_correction(body: str = "改过的话：路灯开到十二点。", **changes: object) -> CorrectedWords:
    given = {"stance": Stance.SUGGEST, "respondent_kind": RespondentKind.PERSON, **changes}
    return CorrectedWords(body=body, **given)  # type: ignore[arg-type]


def correct(comment: Comment, words: CorrectedWords | None = None, seen: int = 0) -> bool:
    with transaction():
        return operations.correct_comment(comment.receipt, words or some_correction(), seen).is_new


def fresh(comment: Comment) -> Comment:
    db.session.rollback()
    return queries.by_receipt(comment.receipt)


def tally(consultation_id: int, dimension: Dimension) -> dict[str, int]:
    rows = db.session.execute(
        select(CommentTally.value, CommentTally.count).where(
            CommentTally.consultation_id == consultation_id, CommentTally.dimension == dimension
        )
    )
    return {value: count for value, count in rows if count}


def sign(consultation_id: int) -> None:
    with transaction():
        sign_head(consultation_id, Cause.COMMAND)


def versions_of(comment: Comment) -> list[CommentVersion]:
    statement = select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    return list(db.session.scalars(statement.order_by(CommentVersion.version)))


def test_both_versions_are_kept_and_the_new_one_waits(context: Flask) -> None:
    found = a_consultation("open")
    made = a_comment(found, released=True, body="第一稿", stance=Stance.SUPPORT)
    with clock.fixed(NOON + timedelta(days=2)):
        assert correct(made, some_correction("第二稿", stance=Stance.OPPOSE))
        assert correct(made, some_correction("第三稿", stance=Stance.OPPOSE), seen=1)
    now = fresh(made)
    assert (now.body, now.stance, now.visibility) == ("第三稿", Stance.OPPOSE, Visibility.WAITING)
    assert (now.published_at, now.shown_body) == (None, "")
    assert (now.received_at, now.corrected_at) == (made.received_at, NOON + timedelta(days=2))
    kept = [(each.version, each.body, each.written_at) for each in versions_of(now)]
    assert kept == [
        (1, "第一稿", now.received_at),
        (2, "第二稿", NOON + timedelta(days=2)),
    ]
    assert tally(found.id, Dimension.STANCE) == {"oppose": 1}
    assert tally(found.id, Dimension.VISIBILITY) == {"waiting": 1}
    assert queries.released(found.id).items == []
    with transaction():
        operations.release(SYSTEM, found.slug, [now.id])
    [shown] = queries.released(found.id).items
    assert shown.body == "第三稿"


def test_sent_twice_it_is_one_correction(context: Flask) -> None:
    made = a_comment(a_consultation("open"))
    assert correct(made)
    assert not correct(made)
    assert len(versions_of(fresh(made))) == 1


def test_what_a_second_window_had_not_seen_is_not_written_over(context: Flask) -> None:
    made = a_comment(a_consultation("open"))
    correct(made, some_correction("甲窗口"))
    with pytest.raises(Refused, match="别处"):
        correct(made, some_correction("乙窗口"), seen=0)
    assert fresh(made).body == "甲窗口"


def test_the_last_instant_of_the_window_is_in_time_and_the_close_is_not(context: Flask) -> None:
    found = a_consultation("open")
    made = a_comment(found)
    assert found.closes_at is not None
    with clock.fixed(found.closes_at - timedelta(microseconds=1)):
        assert correct(made)
    with clock.fixed(found.closes_at), pytest.raises(Refused, match="已经截止"):
        correct(made, some_correction("晚了"), seen=1)
    assert fresh(made).body == some_correction().body


def test_what_is_gone_or_locked_or_corrected_too_often_is_not_corrected(context: Flask) -> None:
    found = a_consultation("open")
    withdrawn, locked, often = (a_comment(found) for _ in range(3))
    with transaction():
        operations.withdraw(withdrawn.receipt)
    with transaction():
        operations.restrict(SYSTEM, found.slug, locked.number, RestrictionReason.ARCHIVE_DUTY)
    for made in (withdrawn, locked):
        with pytest.raises(Refused):
            correct(made)
    for made_before in range(MOST_CORRECTIONS):
        assert correct(often, some_correction(f"第 {made_before} 次"), made_before)
    with pytest.raises(Refused, match="撤回"):
        correct(often, some_correction("再改"), MOST_CORRECTIONS)


def test_empty_words_are_told_at_their_field(context: Flask) -> None:
    made = a_comment(a_consultation("open"))
    with pytest.raises(Invalid) as told:
        correct(made, some_correction(" \u3000 "))
    assert told.value.field == "body"


def test_other_words_are_answered_anew(context: Flask) -> None:
    found = a_consultation("open")
    original, copy = a_comment(found), a_comment(found)
    a_point(found, [original])
    with transaction():
        operations.mark_duplicate(SYSTEM, copy.id, original.id)
    assert correct(original)
    assert db.session.scalars(select(PointMember.comment_id)).all() == []
    outcomes = [fresh(each).outcome for each in (original, copy)]
    assert outcomes == [Outcome.PENDING, Outcome.PENDING]
    assert fresh(copy).duplicate_of_id is None
    assert tally(found.id, Dimension.OUTCOME) == {"pending": 2}


def test_a_withdrawal_destroys_all_versions(context: Flask) -> None:
    made = a_comment(a_consultation("open"))
    correct(made)
    with transaction():
        operations.withdraw(made.receipt)
    assert versions_of(fresh(made)) == []


def test_the_record_keeps_both_leaves_and_the_receipt_proves_both(context: Flask) -> None:
    found = a_consultation("open")
    made = a_comment(found, released=True, body="第一稿")
    sign(found.id)
    correct(made, some_correction("第二稿"))
    pending = record.receipt_file(fresh(made))
    assert pending is not None
    assert check_receipt(pending).code == "pending"
    sign(found.id)
    receipt = record.receipt_file(fresh(made))
    assert receipt is not None
    assert receipt["words"]["body"] == "第一稿"
    assert [each["words"]["body"] for each in receipt["corrections"]] == ["第二稿"]
    assert check_receipt(receipt).code == "included"
    receipt["corrections"][0]["words"]["body"] = "第三稿"
    assert check_receipt(receipt).code == "text_differs"
    assert faults_of(found.id) == []


def test_words_changed_without_a_correction_are_found_by_the_check(context: Flask) -> None:
    """The broken variant: the row is written over, and no leaf says so."""
    found = a_consultation("open")
    made = a_comment(found)
    with transaction():
        db.session.get_one(Comment, made.id).body = "悄悄换掉"
    assert faults_of(found.id) != []


def test_a_log_begun_late_tells_every_version(context: Flask) -> None:
    from participation.kernel.db import Base
    from participation.record.operations import begin_log

    found = a_consultation("open")
    made = a_comment(found, body="第一稿")
    correct(made, some_correction("第二稿"))
    with transaction():
        for name in ("record_opening", "record_node", "record_leaf", "record_head", "record_log"):
            db.session.execute(Base.metadata.tables[name].delete())
    with transaction():
        begin_log(found.id)
    receipt = record.receipt_file(fresh(made))
    assert receipt is not None
    assert [each["words"]["body"] for each in receipt["corrections"]] == ["第二稿"]
    assert faults_of(found.id) == []
