"""Questions in the JSON face: answered ones are read, new ones asked, a receipt tells the rest."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories.consultations import a_consultation
from tests.factories.inquiries import ANSWER, an_inquiry

pytestmark = pytest.mark.usefixtures("context", "at_noon")
PATH = "/api/v1/consultations"


def test_a_tool_reads_answers_asks_and_follows_its_question(client: FlaskClient) -> None:
    consultation = a_consultation("open")
    an_inquiry(consultation, body="电话13800001234，谁修？", mail="a@example.cn", answered=ANSWER)
    place = f"{PATH}/{consultation.slug}/questions"
    page = client.get(place).json
    assert (page["received"], page["published"], page["next"]) == (1, 1, None)
    assert page["items"][0]["answer"] == ANSWER
    assert "13800001234" not in page["items"][0]["question"]
    sent = {"body": "维修资金怎么用？", "submission_key": "one"}
    first = client.post(place, json=sent)
    again = client.post(place, json=sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json["receipt"] == again.json["receipt"]
    state = client.get(f"/api/v1/questions/{first.json['receipt']}")
    assert (state.json["state"], state.json["difficulty"], state.json["answer"]) == (
        "waiting",
        None,
        "",
    )
    assert state.json["due_on"] == "2026-06-02"
    assert state.headers["Cache-Control"] == "no-store"


def test_what_belongs_elsewhere_is_refused_until_the_tool_insists(client: FlaskClient) -> None:
    place = f"{PATH}/{a_consultation('open').slug}/questions"
    sent = {"body": "我申请公开这份合同。", "submission_key": "one"}
    refused = client.post(place, json=sent)
    assert refused.status_code == 422
    assert "政府信息公开申请" in refused.json["message"]
    assert client.post(place, json={**sent, "as_question": True}).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [{"body": " "}, {"mail": "nobody"}, {"other": 1}, {"clause_id": "a999"}, {"as_question": "no"}],
)
def test_what_cannot_be_taken_is_refused(client: FlaskClient, changes: dict[str, object]) -> None:
    place = f"{PATH}/{a_consultation('open').slug}/questions"
    sent = {"body": "谁修路灯？", "submission_key": "one", **changes}
    assert client.post(place, json=sent).status_code == 422


def test_what_is_not_public_is_not_there(client: FlaskClient) -> None:
    hidden = a_consultation("approved")
    assert client.get(f"{PATH}/{hidden.slug}/questions").status_code == 404
    assert client.get("/api/v1/questions/0000000000000000").status_code == 404
