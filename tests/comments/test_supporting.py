"""Supporting another's opinion: once for each, proved by a press, taken back, never an opinion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from participation.comments import operations, queries
from participation.comments.models import Comment, CommentSupport
from participation.comments.operations import CorrectedWords
from participation.comments.rules import Stance
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import GUEST
from participation.kernel.db import db, transaction
from participation.kernel.errors import NotFound, Refused
from participation.privacy.jobs import purge
from tests.comments.test_sending import at_once
from tests.conftest import NOON
from tests.factories.accounts import a_user, actor_of, sign_in
from tests.factories.adoption import run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

MAIL = "chenxiao@example.cn"


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


@pytest.fixture
def comment(consultation: Consultation) -> Comment:
    return a_comment(consultation, released=True, body="桥头的灯太暗，请换亮一些。")


def supporters(comment: Comment) -> tuple[int, int]:
    """The counter, and the supports counted anew."""
    db.session.expire_all()
    counted = select(func.count()).where(
        CommentSupport.comment_id == comment.id,
        CommentSupport.supported_at.is_not(None),
        CommentSupport.withdrawn_at.is_(None),
    )
    return db.session.get_one(Comment, comment.id).supporters, db.session.scalar(counted) or 0


def do(act: Callable[..., Any], *given: Any) -> Any:
    with transaction():
        return act(*given)


def asked(consultation: Consultation, comment: Comment, address: str = MAIL) -> str:
    do(operations.ask_support, consultation.slug, comment.number, address, "zh")
    found = db.session.scalars(select(CommentSupport).order_by(CommentSupport.id.desc())).first()
    assert found
    return operations.support_token(found)


def test_an_account_supports_once_and_takes_it_back(
    consultation: Consultation, comment: Comment
) -> None:
    person, other = (actor_of(a_user("citizen")) for _ in range(2))
    for actor in (person, person, other):
        do(operations.support_as, actor, consultation.slug, comment.number)
    assert supporters(comment) == (2, 2)
    for _ in range(2):
        do(operations.withdraw_as, person, consultation.slug, comment.number)
    assert supporters(comment) == (1, 1)
    do(operations.support_as, person, consultation.slug, comment.number)
    assert supporters(comment) == (2, 2)
    assert queries.counts(consultation.id).received == 1, "no opinion more"


@pytest.mark.both_databases
def test_presses_at_the_same_time_count_once(
    app: Flask, consultation: Consultation, comment: Comment
) -> None:
    token, slug, number = asked(consultation, comment), consultation.slug, comment.number
    person = actor_of(a_user("citizen"))
    db.session.commit()

    def press() -> None:
        do(operations.confirm_support, token)
        do(operations.support_as, person, slug, number)

    at_once(app, press)
    assert supporters(comment) == (2, 2)


def test_counting_without_a_look_is_found_out(
    consultation: Consultation, comment: Comment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CommentSupport, "is_counted", False)
    token = asked(consultation, comment)
    for _ in range(2):
        do(operations.confirm_support, token)
    monkeypatch.undo()
    counter, counted = supporters(comment)
    assert counter != counted


def test_an_address_counts_after_the_press_and_is_forgotten(
    client: FlaskClient, consultation: Consultation, comment: Comment, context: Flask
) -> None:
    path = f"/consultations/{consultation.slug}/comments/{comment.number}/support"
    assert "寄确认链接" in client.get(path).text
    page = client.post(path, data={"contact": MAIL})
    assert page.status_code == 200
    assert "寄了一封信" in page.text
    run_worker(NOON)
    found = db.session.scalars(select(CommentSupport)).one()
    assert found.contact_sealed is None, "the letter is sent"
    link = f"/support/{operations.support_token(found)}"
    for method in ("get", "head"):
        getattr(client, method)(link)
    assert supporters(comment) == (0, 0), "looking is no support"
    page = client.post(link, data={"act": "support"}, follow_redirects=True)
    assert "您已附议这条意见" in page.text
    assert supporters(comment) == (1, 1)
    assert "1 人附议" in client.get(f"/consultations/{consultation.slug}/comments").text
    client.post(link, data={"act": "withdraw"})
    assert supporters(comment) == (0, 0)
    assert "0 人附议" in client.get(f"/consultations/{consultation.slug}/comments").text


def test_the_answer_is_the_same_for_whoever_has_supported(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    path = f"/consultations/{consultation.slug}/comments/{comment.number}/support"
    first = client.post(path, data={"contact": MAIL}).text
    do(operations.confirm_support, asked(consultation, comment))
    again = client.post(path, data={"contact": MAIL.upper()}).text
    strip = "现有 1 人附议"
    assert again.replace(strip, "现有 0 人附议")[:2000] == first[:2000]
    assert len(db.session.scalars(select(CommentSupport)).all()) == 1


def test_only_what_is_shown_in_an_open_window_is_supported(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    hidden = a_comment(consultation)
    with pytest.raises(NotFound):
        do(operations.ask_support, consultation.slug, hidden.number, MAIL, "zh")
    path = f"/consultations/{consultation.slug}/comments"
    assert client.get(f"{path}/{hidden.number}/support").status_code == 404
    token = asked(consultation, comment)
    assert consultation.closes_at
    with clock.fixed(consultation.closes_at), pytest.raises(Refused):
        do(operations.confirm_support, token)
    with clock.fixed(consultation.closes_at):
        page = client.post(f"{path}/{comment.number}/support", data={"contact": MAIL})
        assert page.status_code == 403
        assert "征求意见期间才能附议" in page.text
    with pytest.raises(Refused):
        do(operations.support_as, GUEST, consultation.slug, comment.number)


def test_what_was_taken_back_by_its_author_has_no_supporters(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    token = asked(consultation, comment)
    do(operations.confirm_support, token)
    do(operations.withdraw, comment.receipt)
    assert supporters(comment) == (0, 0)
    assert client.get(f"/support/{token}").status_code == 404


def test_other_words_have_no_supporters_yet(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    do(operations.confirm_support, asked(consultation, comment))
    page = client.get(f"/receipt/{comment.receipt}/correct")
    assert "已有 1 人附议" in page.text
    words = CorrectedWords(
        body="桥头不用装灯。", stance=Stance.OPPOSE, respondent_kind=comment.respondent_kind
    )
    do(operations.correct_comment, comment.receipt, words, 0)
    assert supporters(comment) == (0, 0)


def test_what_was_never_confirmed_goes_after_three_days(
    consultation: Consultation, comment: Comment
) -> None:
    asked(consultation, comment)
    do(operations.confirm_support, asked(consultation, comment, "other@example.cn"))
    with clock.fixed(NOON + timedelta(days=4)):
        purge()
    left = db.session.scalars(select(CommentSupport)).all()
    assert [each.is_counted for each in left] == [True]


def test_a_person_sees_what_they_support(
    client: FlaskClient, consultation: Consultation, comment: Comment
) -> None:
    user = a_user("citizen")
    sign_in(client, user)
    path = f"/consultations/{consultation.slug}/comments/{comment.number}/support"
    assert "还没有附议过意见" in client.get("/account/supports").text
    page = client.post(path, data={"act": "support"}, follow_redirects=True)
    assert "取消附议" in page.text
    assert consultation.title in client.get("/account/supports").text
    assert "1" in client.get("/account").text
    client.post(path, data={"act": "withdraw"})
    assert "还没有附议过意见" in client.get("/account/supports").text
