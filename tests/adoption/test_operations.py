"""Points, their members and dispositions: the sum holds through every change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from participation.accounts.models import Department
from participation.adoption import operations, queries
from participation.adoption.models import OpinionPoint, PointMember
from participation.audit.models import AuditEntry
from participation.comments import operations as comment_operations
from participation.comments.rules import Outcome
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, Refused
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.adoption import REASON, a_point
from tests.factories.comments import a_comment, an_entered_comment, an_officer
from tests.factories.consultations import a_consultation


def _outcomes(consultation: Consultation) -> dict[str, int]:
    figures = queries.kept_figures(consultation.id)
    return {str(each): count for each, count in figures.outcomes.items() if count}


def _assert_it_adds_up(consultation: Consultation) -> None:
    verdict = queries.agreement(consultation.id)
    assert verdict, verdict.reason % dict(verdict.params)


def _events(consultation: Consultation) -> list[str]:
    return list(
        db.session.scalars(
            select(AuditEntry.event)
            .where(AuditEntry.consultation_id == consultation.id)
            .order_by(AuditEntry.id)
        )
    )


@pytest.mark.usefixtures("context", "at_noon")
def test_a_decided_point_gives_its_opinions_its_outcome() -> None:
    found = a_consultation("closed")
    first, second, _third = (a_comment(found) for _ in range(3))
    point = a_point(found, [first, second], "partly_adopted", changed_text="第二条 改为……")
    assert point.number == 1
    assert point.member_count == 2
    assert point.decided_at == NOON
    assert _outcomes(found) == {"partly_adopted": 2, "pending": 1}
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_deciding_anew_moves_the_outcome_of_all_members() -> None:
    found = a_consultation("closed")
    point = a_point(found, [a_comment(found) for _ in range(3)])
    with transaction():
        operations.decide_point(SYSTEM, point.id, "not_adopted", "费用过高。")
    assert _outcomes(found) == {"not_adopted": 3}
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_an_opinion_is_in_one_point_and_its_move_is_told() -> None:
    found = a_consultation("closed")
    moving, staying = a_comment(found), a_comment(found)
    old = a_point(found, [moving, staying], "adopted")
    new = a_point(found, [moving], "explained", title="另一点")
    db.session.refresh(old)
    assert (old.member_count, new.member_count) == (1, 1)
    assert _outcomes(found) == {"adopted": 1, "explained": 1}
    moved = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "OpinionMoved")).one()
    assert moved.payload == {
        "comment_id": moving.id,
        "number": moving.number,
        "from_point": 1,
        "to_point": 2,
    }
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_opinions_added_to_a_decided_point_share_its_answer_and_leave_without_it() -> None:
    found = a_consultation("closed")
    first, second = a_comment(found), a_comment(found)
    point = a_point(found, [first], "adopted")
    with transaction():
        assert operations.add_members(SYSTEM, point.id, [first.id, second.id]) == 1
    assert _outcomes(found) == {"adopted": 2}
    with transaction():
        assert operations.remove_members(SYSTEM, point.id, [first.id, 10**6]) == 1
    assert _outcomes(found) == {"adopted": 1, "pending": 1}
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_a_withdrawn_opinion_leaves_its_point_and_stays_counted() -> None:
    found = a_consultation("closed")
    first, second = a_comment(found), a_comment(found)
    point = a_point(found, [first, second], "adopted")
    with transaction():
        comment_operations.withdraw(first.receipt)
    db.session.refresh(point)
    assert point.member_count == 1
    assert db.session.get(PointMember, first.id) is None
    assert _outcomes(found) == {"adopted": 1, "withdrawn": 1}
    assert "PointMembersChanged" in _events(found)
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_a_duplicate_leaves_its_point_and_comes_back_as_pending() -> None:
    found = a_consultation("closed")
    first, second = a_comment(found), a_comment(found)
    a_point(found, [first, second], "adopted")
    with transaction():
        comment_operations.mark_duplicate(SYSTEM, second.id, first.id)
    assert _outcomes(found) == {"adopted": 1, "duplicate": 1}
    _assert_it_adds_up(found)
    with transaction():
        comment_operations.unmark_duplicate(SYSTEM, second.id)
    assert _outcomes(found) == {"adopted": 1, "pending": 1}
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_a_letter_entered_after_the_close_is_pending_and_counted() -> None:
    found = a_consultation("closed")
    a_point(found, [a_comment(found)], None)
    an_entered_comment(found)
    assert _outcomes(found) == {"pending": 2}
    assert queries.unsorted_numbers(found.id) == [2]
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_withdrawn_and_duplicate_opinions_are_refused_by_their_number() -> None:
    found = a_consultation("closed")
    original, copy, gone = a_comment(found), a_comment(found), a_comment(found, withdrawn=True)
    with transaction():
        comment_operations.mark_duplicate(SYSTEM, copy.id, original.id)
    for each in (copy, gone):
        with pytest.raises(Invalid) as error, transaction():
            operations.create_point(SYSTEM, found.slug, "要点", [original.id, each.id])
        assert error.value.params == {"number": each.number}
    assert db.session.scalars(select(OpinionPoint)).all() == []


@pytest.mark.usefixtures("context", "at_noon")
def test_opinions_of_another_consultation_are_refused() -> None:
    found, other = a_consultation("closed"), a_consultation("closed")
    stranger = a_comment(other)
    with pytest.raises(Invalid), transaction():
        operations.create_point(SYSTEM, found.slug, "要点", [stranger.id])
    point = a_point(found, [], None)
    with pytest.raises(Invalid), transaction():
        operations.add_members(SYSTEM, point.id, [stranger.id])


@pytest.mark.usefixtures("context", "at_noon")
@pytest.mark.parametrize(
    ("disposition", "reason", "changed_text", "field"),
    [
        ("adopted", " \n ", "", "reason"),
        ("", "理由", "", "disposition"),
        ("pending", "理由", "", "disposition"),
        ("adopted", "长" * 5001, "", "reason"),
        ("adopted", "理由", "长" * 5001, "changed_text"),
    ],
)
def test_a_decision_without_its_reason_or_out_of_bounds_is_refused(
    disposition: str, reason: str, changed_text: str, field: str
) -> None:
    found = a_consultation("closed")
    point = a_point(found, [a_comment(found)], None)
    with pytest.raises(Invalid) as error, transaction():
        operations.decide_point(SYSTEM, point.id, disposition, reason, changed_text)
    assert error.value.field == field
    assert _outcomes(found) == {"pending": 1}


@pytest.mark.usefixtures("context", "at_noon")
def test_only_officers_of_the_department_answer_and_only_after_the_opening() -> None:
    found = a_consultation("open")
    officer = an_officer(found)
    with transaction():
        operations.create_point(officer, found.slug, "要点", [])
    other = actor_of(a_user("officer", a_department("云溪县教育局")))
    drafter = actor_of(a_user("drafter", db.session.get(Department, found.department_id)))
    for actor in (other, drafter):
        with pytest.raises(Refused), transaction():
            operations.create_point(actor, found.slug, "要点", [])
    coming = a_consultation("forthcoming")
    with pytest.raises(Refused), transaction():
        operations.create_point(SYSTEM, coming.slug, "要点", [])


@pytest.mark.usefixtures("context", "at_noon")
def test_a_point_keeps_the_clause_as_the_public_read_it() -> None:
    found = a_consultation("closed")
    from participation.consultations.queries import clauses_of, current_draft

    draft = current_draft(found.id)
    assert draft is not None
    article = next(row for row in clauses_of(draft.id) if row.label == "第三条")
    point = a_point(found, [a_comment(found)], clause_key=article.key)
    assert point.clause_label == "第三条"
    assert "（二）损坏的在三日内修好；" in point.clause_text
    with transaction():
        operations.edit_point(SYSTEM, point.id, "改过的说法", None)
    db.session.refresh(point)
    assert (point.title, point.clause_key, point.clause_text) == ("改过的说法", None, "")
    with pytest.raises(Invalid), transaction():
        operations.edit_point(SYSTEM, point.id, "说法", "no-such-clause")


@pytest.mark.usefixtures("context", "at_noon")
def test_respond_reads_receipts_however_they_are_typed() -> None:
    found = a_consultation("closed")
    first, second = a_comment(found, body="电话13812345678，请延长照明"), a_comment(found)
    code = first.receipt
    typed = [f" {code[:4]}-{code[4:8]} {code[8:12]}-{code[12:]} ".lower(), second.receipt, code]
    with transaction():
        point = operations.respond(SYSTEM, found.slug, typed, "explained", REASON)
    assert point.member_count == 2
    assert "13812345678" not in point.title
    assert "请延长照明" not in point.title
    assert "第1号" in point.title
    assert _outcomes(found) == {"explained": 2}
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_respond_moves_what_was_answered_before() -> None:
    found = a_consultation("closed")
    comment = a_comment(found)
    old = a_point(found, [comment], "adopted")
    with transaction():
        operations.respond(SYSTEM, found.slug, [comment.receipt], "not_adopted", REASON, "要点")
    db.session.refresh(old)
    assert old.member_count == 0
    assert "OpinionMoved" in _events(found)
    assert _outcomes(found) == {"not_adopted": 1}
    _assert_it_adds_up(found)


@pytest.mark.usefixtures("context", "at_noon")
def test_respond_names_the_receipt_that_it_cannot_answer() -> None:
    found, other = a_consultation("closed"), a_consultation("closed")
    good, foreign = a_comment(found), a_comment(other)
    copy, gone = a_comment(found), a_comment(found, withdrawn=True)
    with transaction():
        comment_operations.mark_duplicate(SYSTEM, copy.id, good.id)
    unknown = good.receipt[:-2] + ("ZZ" if good.receipt[-2:] != "ZZ" else "YY")
    for bad in (foreign.receipt, copy.receipt, gone.receipt, unknown, "不是回执"):
        with pytest.raises(Invalid) as error, transaction():
            operations.respond(SYSTEM, found.slug, [good.receipt, bad], "adopted", REASON)
        assert error.value.params == {"receipt": bad}
    with pytest.raises(Invalid), transaction():
        operations.respond(SYSTEM, found.slug, [" ", ""], "adopted", REASON)
    assert _outcomes(found) == {"pending": 1, "duplicate": 1, "withdrawn": 1}


@pytest.mark.usefixtures("context")
def test_decisions_before_the_close_are_prepared_and_shown_to_nobody() -> None:
    with clock.fixed(NOON):
        found = a_consultation("open")
        comment = a_comment(found)
        a_point(found, [comment], "adopted")
        assert queries.point_of(comment, NOON) is None
        with pytest.raises(Refused):
            queries.public_result(found, NOON)
    assert found.closes_at is not None
    last_moment = found.closes_at - timedelta(microseconds=1)
    with pytest.raises(Refused):
        queries.public_result(found, last_moment)
    result = queries.public_result(found, found.closes_at)
    assert [each.disposition for each in result.points] == ["adopted"]
    shown = queries.point_of(comment, found.closes_at)
    assert shown is not None
    assert shown.reason == REASON


def test_many_opinions_are_sorted_in_one_act(context: Flask) -> None:
    with clock.fixed(NOON):
        found = a_consultation("closed")
        comments = [a_comment(found) for _ in range(60)]
        point = a_point(found, comments, "adopted")
    assert point.member_count == 60
    assert queries.kept_figures(found.id).outcomes[Outcome.ADOPTED] == 60
    _assert_it_adds_up(found)
