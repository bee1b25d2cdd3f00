"""How authors are known: proved by a press and never by a look, labelled, counted, never hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments import operations, queries
from participation.comments.models import Comment, ContactConfirmation
from participation.comments.operations import SubmittedComment
from participation.comments.rules import Channel, Stance, Standing
from participation.consultations.models import Consultation
from participation.consultations.rules import Identity
from participation.kernel import clock, jobs
from participation.kernel.actor import GUEST, Actor, Role
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.mailer import Mailer
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of, sign_in
from tests.factories.comments import an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

MAIL = "chenxiao@example.cn"


def asking(identity: Identity = Identity.CONFIRMED) -> Consultation:
    consultation = a_consultation("open")
    with transaction():
        db.session.get_one(Consultation, consultation.id).identity = identity
    return consultation


def send(
    consultation: Consultation, contact: str = MAIL, actor: Actor = GUEST, **given: object
) -> Comment:
    sent = SubmittedComment(
        body="建议写明谁来修灯。",
        stance=Stance.SUGGEST,
        submission_key=f"key-{contact}-{actor.id}",
        contact=contact,
        channel=Channel.ACCOUNT if actor.is_authenticated else Channel.WEB,
    )
    with transaction():
        return operations.submit_comment(actor, consultation.slug, replace(sent, **given)).comment


def token_of(comment: Comment) -> str:
    token = operations.pending_token(comment.id)
    assert token
    return token


def standings(consultation: Consultation) -> dict[Standing, int]:
    counted = queries.counts(consultation.id)
    assert counted == queries.recount(consultation.id)
    return {each: count for each, count in counted.by_standing.items() if count}


@pytest.mark.both_databases
def test_a_contact_is_proved_once_and_counted() -> None:
    consultation = asking()
    comment = send(consultation)
    assert comment.standing is Standing.UNCONFIRMED
    token = token_of(comment)
    for _ in range(2):
        with transaction():
            operations.confirm_contact(token)
    assert comment.standing is Standing.CONFIRMED
    assert comment.contact_confirmed_at == NOON
    assert standings(consultation) == {Standing.CONFIRMED: 1}
    assert operations.pending_token(comment.id) is None


def test_opening_the_link_proves_nothing(client: FlaskClient) -> None:
    comment = send(asking())
    path = f"/confirm/{token_of(comment)}"
    for method in ("get", "head", "options"):
        getattr(client, method)(path)
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert MAIL not in page.text
    assert "c***@e***.cn" in page.text
    assert db.session.get_one(Comment, comment.id).standing is Standing.UNCONFIRMED
    assert "已核实" in client.post(path, data={"act": "confirm"}).text
    db.session.expire_all()
    assert db.session.get_one(Comment, comment.id).standing is Standing.CONFIRMED
    assert "已经用过" in client.get(path).text


@pytest.mark.parametrize("late", [timedelta(hours=72), timedelta(days=9)])
def test_a_link_ends_after_three_days(client: FlaskClient, late: timedelta) -> None:
    token = token_of(send(asking()))
    with clock.fixed(NOON + late):
        assert client.get(f"/confirm/{token}").status_code == 404
        assert client.post(f"/confirm/{token}").status_code == 404
    with clock.fixed(NOON + timedelta(hours=71)):
        assert client.get(f"/confirm/{token}").status_code == 200


def test_a_guessed_link_opens_nothing(client: FlaskClient) -> None:
    send(asking())
    assert client.post(f"/confirm/{'0' * 40}").status_code == 404


def test_the_database_alone_opens_no_link() -> None:
    token = token_of(send(asking()))
    (row,) = db.session.scalars(db.select(ContactConfirmation))
    assert row.token_hash != token
    with pytest.raises(NotFound):
        operations.asked_by(row.token_hash)


def test_whoever_did_not_write_is_not_written_to_again(client: FlaskClient) -> None:
    comment = send(asking())
    path = f"/confirm/{token_of(comment)}"
    assert "不是您提交" in client.post(path, data={"act": "disown"}).text
    db.session.expire_all()
    found = db.session.get_one(Comment, comment.id)
    assert (found.contact_sealed, found.contact_digest) == (None, None)
    assert found.standing is Standing.UNCONFIRMED
    assert found.body
    assert client.post(path, data={"act": "confirm"}).status_code == 404


def test_a_telephone_is_taken_and_labelled(client: FlaskClient) -> None:
    comment = send(asking(), contact="13800000000")
    assert comment.standing is Standing.UNCONFIRMED
    assert operations.pending_token(comment.id) is None
    page = client.get(f"/receipt/{comment.receipt}").text
    assert "还没有核实" in page
    assert "再寄一封" not in page


def test_where_contacts_are_proved_there_has_to_be_one() -> None:
    with pytest.raises(Invalid) as refusal:
        send(asking(), contact="")
    assert refusal.value.field == "contact"
    assert send(asking(Identity.OPTIONAL), contact="").standing is Standing.UNNAMED


def test_an_account_is_known_without_a_contact() -> None:
    person = actor_of(a_user(Role.CITIZEN))
    consultation = asking()
    assert send(consultation, contact="", actor=person).standing is Standing.ACCOUNT
    assert standings(consultation) == {Standing.ACCOUNT: 1}


def test_without_an_account_one_is_told_the_ways_that_are_left(client: FlaskClient) -> None:
    consultation = asking(Identity.ACCOUNT)
    path = f"/consultations/{consultation.slug}/comment"
    page = client.get(path)
    assert page.status_code == 403
    assert "登录后提意见" in page.text
    assert consultation.contact_phone in page.text
    sent = {"stance": "suggest", "body": "写好了的话", "respondent_kind": "person"}
    answer = client.post(path, data=sent)
    assert answer.status_code == 403
    assert "写好了的话" in answer.text
    with pytest.raises(Refused):
        send(consultation)
    assert sign_in(client, a_user(Role.CITIZEN)).get(path).status_code == 200


def test_the_link_comes_with_the_receipt_and_can_be_asked_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(Mailer, "post", lambda _self, _to, letter, **_: sent.append(letter.text))
    comment = send(asking())
    jobs.run_due()
    assert f"/confirm/{token_of(comment)}" in sent[-1]
    for minute in range(1, 7):
        with clock.fixed(NOON + timedelta(minutes=minute)):
            client.post(f"/receipt/{comment.receipt}/confirmation")
            jobs.run_due()
    assert len(sent) == 5, "a stranger's mailbox is not filled"
    assert all(re.search("/confirm/[0-9a-f]{40}", letter) for letter in sent)


def test_staff_and_author_read_that_nothing_is_proved(client: FlaskClient) -> None:
    consultation = asking()
    comment = send(consultation)
    assert "还没有核实" in client.get(f"/receipt/{comment.receipt}").text
    desk = sign_in(client, an_officer_of(consultation))
    base = f"/desk/consultations/{consultation.slug}/comments"
    assert "联系方式未核实" in desk.get(base).text
    assert "联系方式没有核实的 1 份" in desk.get(base).text
    assert "联系方式未核实" in desk.get(f"{base}/{comment.number}").text
    assert "联系方式未核实" in client.get(f"/consultations/{consultation.slug}/comments").text
