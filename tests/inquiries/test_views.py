"""Questions through the browser without script: asked, answered, found, taken back."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.consultations.models import Consultation
from participation.inquiries import queries
from participation.inquiries.models import Inquiry
from participation.inquiries.rules import State
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of, sign_in
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import ANSWER, an_inquiry
from tests.inquiries.test_operations import a_clause
from tests.portal.test_views import statements

pytestmark = pytest.mark.usefixtures("context", "at_noon")
MAIL = "asker@example.cn"


def ask(client: FlaskClient, consultation: Consultation, **fields: str) -> TestResponse:
    form = {"body": "路灯谁来修？", "submission_key": "one", **fields}
    return client.post(f"/consultations/{consultation.slug}/ask", data=form)


def text_of(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def only() -> Inquiry:
    db.session.rollback()
    return db.session.scalars(db.select(Inquiry)).one()


def test_a_guest_asks_and_reads_the_due_date_and_later_the_answer(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    key = a_clause(consultation)
    form = text_of(client.get(f"/consultations/{consultation.slug}/ask?clause={key}"))
    assert "2026年6月2日 前答复" in form
    assert "保存多久" in form
    sent = ask(client, consultation, clause=key, mail=MAIL)
    assert sent.status_code == 303
    page = client.get(sent.location)
    assert "您的问题已收到" in text_of(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert MAIL not in text_of(page)
    again = ask(client, consultation, body="别的话")
    assert again.location == sent.location
    an_inquiry(consultation, answered=ANSWER)
    assert ANSWER in text_of(client.get(f"/consultations/{consultation.slug}/questions"))


def test_what_looks_like_a_petition_is_told_where_to_go_before_anything_is_stored(
    client: FlaskClient,
) -> None:
    consultation = a_consultation("open")
    words = "我要投诉物业，反映多次没人管。"
    told = ask(client, consultation, body=words)
    assert told.status_code == 422
    page = text_of(told)
    assert "您写的像是信访事项" in page
    assert "12345" in page
    assert "《信访工作条例》" in page
    assert words in page
    assert queries.counts(consultation.id).received == 0
    assert ask(client, consultation, body=words, as_question="y").status_code == 303
    assert only().recognised is not None


@pytest.mark.settings(disclosure_office="云溪县政务公开办公室")
def test_a_disclosure_request_is_told_the_places_own_office(client: FlaskClient) -> None:
    told = ask(client, a_consultation("open"), body="我申请公开这个项目的招标合同。")
    assert "云溪县政务公开办公室" in text_of(told)
    assert "20个工作日" in text_of(told)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"body": ""}, "请写下您的问题"),
        ({"mail": "nobody"}, "请填写一个电子邮箱"),
        ({"website": "http://spam"}, "像是程序自动填写的"),
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_with_its_words(
    client: FlaskClient, fields: dict[str, str], said: str
) -> None:
    response = ask(client, a_consultation("open"), **{"body": "路灯谁来修？", **fields})
    assert response.status_code == 422
    assert said in text_of(response)


def test_after_the_result_what_was_typed_is_handed_back(client: FlaskClient) -> None:
    consultation = a_consultation("sealed")
    with clock.fixed(NOON + timedelta(days=1)):
        response = ask(client, consultation)
    assert response.status_code == 403
    assert "路灯谁来修？" in text_of(response)
    hidden = a_consultation("approved")
    for path in ("ask", "questions"):
        assert client.get(f"/consultations/{hidden.slug}/{path}").status_code == 404


def test_a_public_list_shows_answers_only_and_sets_no_cookie(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    an_inquiry(consultation, body="还没有答复的问题：谁负责？")
    an_inquiry(consultation, body="电话13800001234，谁负责？", mail=MAIL, answered=ANSWER, at=NOON)
    for path in (f"/consultations/{consultation.slug}/questions", "/questions"):
        page = client.get(path)
        assert ANSWER in text_of(page)
        assert "Set-Cookie" not in page.headers
        for secret in ("还没有答复的问题", "13800001234", MAIL):
            assert secret not in text_of(page)
        assert re.search(r"已收到\s*2\s*个提问，已公开答复\s*1\s*个", text_of(page))


def test_the_list_of_a_clause_holds_its_own_and_unknown_clauses_are_not_there(
    client: FlaskClient,
) -> None:
    consultation = a_consultation("open")
    address = f"/consultations/{consultation.slug}/questions"
    an_inquiry(consultation, body="整个草案的问题？", answered=ANSWER)
    key = a_clause(consultation)
    an_inquiry(consultation, clause_key=key, body="这一条的问题？", answered=ANSWER)
    page = text_of(client.get(f"{address}?clause={key}"))
    assert "这一条的问题" in page
    assert "整个草案的问题" not in page
    assert client.get(f"{address}?clause=a999").status_code == 404


def test_a_code_typed_where_receipts_are_looked_up_opens_the_question(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    question, opinion = an_inquiry(consultation), a_comment(consultation)
    for made, place in ((question, "question"), (opinion, "receipt")):
        found = client.post("/receipt", data={"code": made.receipt})
        assert found.location.endswith(f"/{place}/{made.receipt}")
    assert client.get(f"/question/{opinion.receipt}").status_code == 404


def test_the_holder_of_the_code_takes_data_along_deletes_the_address_and_withdraws(
    client: FlaskClient,
) -> None:
    inquiry = an_inquiry(a_consultation("open"), mail=MAIL)
    place = f"/question/{inquiry.receipt}"
    data = client.post(f"{place}/data")
    assert json.loads(data.data)["mail"] == MAIL
    assert "attachment" in data.headers["Content-Disposition"]
    client.post(f"{place}/forget-mail")
    assert only().mail_sealed is None
    assert "要撤回这个问题吗" in text_of(client.get(f"{place}/withdraw"))
    assert only().state is State.WAITING
    client.post(f"{place}/withdraw")
    assert only().state is State.WITHDRAWN
    assert "您已撤回" in text_of(client.get(place))
    assert client.get(f"{place}/qr.svg").mimetype == "image/svg+xml"


def test_an_officer_classes_answers_and_corrects(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    inquiry = an_inquiry(consultation, body="我叫周平，电话13800001234，谁修？", mail=MAIL)
    sign_in(client, an_officer_of(consultation))
    queue = text_of(client.get("/desk/questions"))
    assert "第 1 号" in queue
    assert "逾期未答复" in queue
    place = f"/desk/consultations/{consultation.slug}/questions/1"
    page = text_of(client.get(place))
    assert MAIL not in page
    assert "发出答复" not in page
    assert client.post(f"{place}/class", data={"difficulty": "complex"}).status_code == 303
    assert "138********" in text_of(client.get(place))
    empty = client.post(f"{place}/answer", data={"answer": "您的问题已收悉，感谢关注。"})
    assert empty.status_code == 422
    assert "没有回答问题，不能公开发出" in text_of(empty)
    sent = client.post(f"{place}/answer", data={"answer": ANSWER, "shown_question": "谁修路灯？"})
    assert sent.status_code == 303
    assert only().shown_body == "谁修路灯？"
    new = "按草案第四条，路灯由县住建局负责维修。"
    assert client.post(f"{place}/revise", data={"answer": new}).status_code == 303
    page = text_of(client.get(place))
    assert new in page
    assert ANSWER in page
    shown = text_of(client.get(f"/question/{inquiry.receipt}"))
    assert new in shown
    assert ANSWER in shown


def test_an_officer_hands_on_takes_back_and_removes(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    words = "我要投诉物业，反映多次没人管。"
    inquiry = an_inquiry(consultation, body=words, as_question=True)
    sign_in(client, an_officer_of(consultation))
    place = f"/desk/consultations/{consultation.slug}/questions/1"
    assert "文字像是信访事项" in text_of(client.get(place))
    told = {"nature": "petition", "unit": "云溪县信访局", "note": "请到县信访局窗口反映。"}
    assert client.post(f"{place}/refer", data={**told, "note": ""}).status_code == 422
    assert client.post(f"{place}/refer", data=told).status_code == 303
    page = text_of(client.get(f"/question/{inquiry.receipt}"))
    assert "已转给云溪县信访局" in page
    assert "15日内告知" in page
    assert "2026年6月8日" in text_of(client.get(place))
    assert client.post(f"{place}/return", data={"note": "不属于信访事项"}).status_code == 303
    assert only().state is State.WAITING
    gone = client.post(f"{place}/erase", data={"reason": "UNLAWFUL", "basis": "网络安全法第十二条"})
    assert gone.status_code == 303
    assert only().body == ""


def test_staff_of_other_departments_and_citizens_see_nothing_of_the_desk(
    client: FlaskClient,
) -> None:
    consultation = a_consultation("open")
    an_inquiry(consultation)
    place = f"/desk/consultations/{consultation.slug}/questions/1"
    assert client.get(place).status_code == 302
    sign_in(client, a_user(Role.OFFICER, a_department("云溪县水利局")))
    assert client.get(place).status_code == 403
    assert client.post(f"{place}/class", data={"difficulty": "simple"}).status_code == 403
    assert client.get(f"/desk/questions?of={consultation.slug}").status_code == 403
    sign_in(client, a_user(Role.CITIZEN))
    assert client.get("/desk/questions").status_code == 403


def test_a_drafter_reads_the_questions_and_answers_none(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    an_inquiry(consultation)
    sign_in(client, a_user(Role.DRAFTER, consultation.department))
    place = f"/desk/consultations/{consultation.slug}/questions/1"
    assert client.get(place).status_code == 200
    refused = client.post(f"{place}/class", data={"difficulty": "simple"})
    assert refused.status_code == 422
    assert only().difficulty is None


def test_ones_own_questions_are_listed_for_the_account(client: FlaskClient) -> None:
    user = a_user(Role.CITIZEN)
    inquiry = an_inquiry(a_consultation("open"), actor=actor_of(user))
    assert client.get("/account/questions").status_code == 302
    sign_in(client, user)
    assert inquiry.receipt in text_of(client.get("/account/questions"))


def test_the_public_list_needs_few_statements_however_many_there_are(
    client: FlaskClient,
) -> None:
    consultation = a_consultation("open")
    for number in range(4):
        an_inquiry(consultation, answered=ANSWER, at=NOON + timedelta(minutes=number))
    for path in (f"/consultations/{consultation.slug}/questions", "/questions"):
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 6, seen
