"""A telephone is proved by a call that an officer enters, and a wrong entry is taken back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from participation.accounts.models import User
from participation.audit.models import AuditEntry
from participation.comments import operations, queries
from participation.comments.models import Comment
from participation.comments.rules import Standing
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Refused
from participation.rulebook.removal import RestrictionReason
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of, sign_in
from tests.factories.comments import a_comment, an_entered_comment, an_officer, an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

PHONE = "13800001111"


@pytest.fixture
def comment() -> Comment:
    return a_comment(a_consultation("open"), contact=PHONE)


def page_of(comment: Comment) -> str:
    return f"/desk/consultations/{comment.consultation.slug}/comments/{comment.number}"


def now_of(comment: Comment) -> Comment:
    db.session.rollback()
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def standings(comment: Comment) -> dict[Standing, int]:
    counted = queries.counts(comment.consultation_id)
    assert counted == queries.recount(comment.consultation_id)
    return {each: count for each, count in counted.by_standing.items() if count}


def entered(user: User) -> list[str]:
    names = ("ContactConfirmedByCall", "CallTakenBack")
    found = db.session.query(AuditEntry).filter(AuditEntry.event.in_(names))
    assert {each.actor_id for each in found} <= {user.id}
    return [each.event for each in found.order_by(AuditEntry.id)]


@pytest.mark.both_databases
def test_a_call_proves_the_telephone_and_can_be_taken_back(
    client: FlaskClient, comment: Comment
) -> None:
    officer = an_officer_of(comment.consultation)
    desk, path = sign_in(client, officer), page_of(comment)
    receipt = f"/receipt/{comment.receipt}"
    assert "电话核实过了" in desk.get(path).text
    assert "还没有核实" in client.get(receipt).text
    for _ in range(2):
        answer = desk.post(f"{path}/call", data={"act": "confirm"})
        assert answer.location == path
    found = now_of(comment)
    assert (found.standing, found.contact_confirmed_at) == (Standing.CONFIRMED, NOON)
    assert standings(comment) == {Standing.CONFIRMED: 1}
    assert "（已核实）" in client.get(receipt).text
    shown = desk.get(path).text
    assert "联系方式已核实" in shown
    assert "电话核实过了" not in shown
    assert "撤销核实" in shown

    for _ in range(2):
        desk.post(f"{path}/call", data={"act": "take_back"})
    found = now_of(comment)
    assert (found.standing, found.contact_confirmed_at) == (Standing.UNCONFIRMED, None)
    assert standings(comment) == {Standing.UNCONFIRMED: 1}
    assert "还没有核实" in client.get(receipt).text
    assert entered(officer) == ["ContactConfirmedByCall", "CallTakenBack"]


def test_what_mail_proves_is_not_a_call_s_to_give_or_take(client: FlaskClient) -> None:
    mailed = a_comment(a_consultation("open"), at=NOON, contact="chenxiao@example.cn")
    actor, slug = an_officer(mailed.consultation), mailed.consultation.slug
    with pytest.raises(Refused), transaction():
        operations.confirm_by_call(actor, slug, mailed.number)
    token = operations.pending_token(mailed.id)
    assert token
    with transaction():
        operations.confirm_contact(token)
    with pytest.raises(Refused), transaction():
        operations.take_call_back(actor, slug, mailed.number)
    assert now_of(mailed).standing is Standing.CONFIRMED
    shown = sign_in(client, an_officer_of(mailed.consultation)).get(page_of(mailed)).text
    assert "撤销核实" not in shown


def test_where_there_is_no_number_of_the_author_s_a_call_proves_nothing(comment: Comment) -> None:
    consultation = comment.consultation
    actor, slug = an_officer(consultation), consultation.slug
    numbers = [
        a_comment(consultation).number,
        an_entered_comment(consultation, contact=PHONE).number,
        a_comment(consultation, contact=PHONE, withdrawn=True).number,
    ]
    with transaction():
        operations.restrict(actor, slug, comment.number, RestrictionReason.PENDING_CASE)
    for number in (*numbers, comment.number):
        with pytest.raises(Refused), transaction():
            operations.confirm_by_call(actor, slug, number)


def test_nobody_else_enters_a_call(client: FlaskClient, comment: Comment) -> None:
    place = comment.consultation.department
    for other in (
        a_user(Role.DRAFTER, place),
        a_user(Role.REVIEWER, place),
        a_user(Role.ADMINISTRATOR),
        a_user(Role.OFFICER, a_department("别处的局")),
        a_user(Role.CITIZEN),
    ):
        desk = sign_in(client, other)
        assert "电话核实过了" not in desk.get(page_of(comment)).text
        desk.post(f"{page_of(comment)}/call", data={"act": "confirm"})
        with pytest.raises(Refused), transaction():
            operations.confirm_by_call(actor_of(other), comment.consultation.slug, comment.number)
    assert now_of(comment).standing is Standing.UNCONFIRMED
