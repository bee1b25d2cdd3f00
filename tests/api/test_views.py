"""The JSON face: what tools rely on, status by status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments.rules import RespondentKind, Stance
from participation.kernel import clock
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

PATH = "/api/v1/consultations"


def _sent(**changes: Any) -> dict[str, Any]:
    given = {
        "stance": "suggest",
        "body": "建议写明多少天内修好。",
        "respondent_kind": "person",
        "submission_key": "one-key",
    }
    return {**given, **changes}


@pytest.fixture
def slug(context: Flask) -> str:
    """An open consultation."""
    return a_consultation("open").slug


def test_health_and_document_are_there(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok", "checks": {"database": "ok"}}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["checks"]["schema"] == "ok"
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {"/healthz", "/readyz", "/api/v1/consultations/{slug}/comments"} <= set(paths)


def test_lists_and_details_tell_stage_window_and_counts(
    client: FlaskClient, slug: str, at_noon: object
) -> None:
    listed = client.get(PATH, query_string={"stage": "open"}).json
    assert [each["slug"] for each in listed["items"]] == [slug]
    assert listed["next"] is None
    assert client.get(PATH, query_string={"stage": "sealed"}).json["items"] == []
    found = client.get(f"{PATH}/{slug}").json
    assert found["stage"] == "open"
    assert found["counts"]["received"] == 0
    assert found["opens_at"].endswith("Z")


def test_clauses_come_in_order_with_their_whole_wording(client: FlaskClient, slug: str) -> None:
    items = client.get(f"{PATH}/{slug}/clauses").json["items"]
    by_id = {each["id"]: each for each in items}
    assert [each["kind"] for each in items].count("article") == 5
    article = next(each for each in items if each["label"] == "第三条")
    assert article["number"] == "3"
    assert "（二）损坏的在三日内修好" in article["text"]
    assert by_id[article["parent_id"]]["kind"] == "chapter"
    second = next(each for each in items if each["label"] == "第二条")
    assert second["own_text"] == ""
    assert [each["kind"] for each in items if each["parent_id"] == second["id"]] == [
        "paragraph",
        "paragraph",
    ]


def test_a_comment_gets_one_receipt_however_often_it_is_sent(
    client: FlaskClient, slug: str, at_noon: object
) -> None:
    clause = client.get(f"{PATH}/{slug}/clauses").json["items"][1]["id"]
    first = client.post(f"{PATH}/{slug}/comments", json=_sent(clause_id=clause))
    again = client.post(f"{PATH}/{slug}/comments", json=_sent(body="别的话"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    state = client.get(f"/api/v1/receipts/{first.json['receipt']}").json
    assert state["state"] == "received"
    assert state["clause_id"] == clause
    assert state["outcome"] == "pending"
    assert client.get(f"{PATH}/{slug}").json["counts"]["received"] == 1


def _together(**changes: Any) -> dict[str, Any]:
    said = {"stance": "suggest", "body": "建议写明多少天内修好。"}
    comments = [{**said, "submission_key": f"one-{number}"} for number in range(2)]
    given = {"respondent_kind": "person", "contact": "13800000000", "submission_key": "all"}
    return {**given, "comments": comments, **changes}


@pytest.mark.both_databases
def test_several_comments_get_one_receipt_however_often_they_are_sent(
    client: FlaskClient, slug: str, at_noon: object
) -> None:
    given = _together()
    # Whole numbers are whole with a point, too (JSON Schema, 6.1.1).
    given["comments"][0] |= {"quoted_at": 3.0}
    first = client.post(f"{PATH}/{slug}/sendings", json=given)
    again = client.post(f"{PATH}/{slug}/sendings", json=_together(name="别的名字"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert len(set(first.json["comments"])) == 2
    for receipt in first.json["comments"]:
        assert client.get(f"/api/v1/receipts/{receipt}").json["state"] == "received"
    assert client.get(f"/sending/{first.json['receipt']}").status_code == 200
    assert client.get(f"{PATH}/{slug}").json["counts"]["received"] == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"comments": []},
        {"comments": _together()["comments"] * 11},
        {"comments": [*_together()["comments"], {"body": "缺了态度", "submission_key": "x"}]},
        {"comments": [{**_together()["comments"][0], "clause_id": "t999"}]},
        {"comments": [{**_together()["comments"][0], "contact": "13800000000"}]},
        {"submission_key": ""},
        {"respondent_kind": "robot"},
    ],
)
def test_of_a_sending_that_cannot_be_taken_nothing_is_stored(
    client: FlaskClient, slug: str, at_noon: object, changes: dict[str, Any]
) -> None:
    answer = client.post(f"{PATH}/{slug}/sendings", json=_together(**changes))
    assert answer.status_code == 422
    assert answer.json["message"]
    assert client.get(f"{PATH}/{slug}").json["counts"]["received"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"body": ""},
        {"body": "　 \n"},
        {"body": "字" * 5001},
        {"stance": "love"},
        {"respondent_kind": "robot"},
        {"clause_id": "t999"},
        {"submission_key": ""},
        {"submission_key": None},
        {"contact": "not a contact"},
        {"received_at": "2020-01-01"},
        {"visibility": "released"},
        {"document_id": "1"},
        {"quoted_at": "0"},
    ],
)
def test_bad_input_is_422_with_a_message_and_stores_nothing(
    client: FlaskClient, slug: str, at_noon: object, changes: dict[str, Any]
) -> None:
    answer = client.post(f"{PATH}/{slug}/comments", json=_sent(**changes))
    assert answer.status_code == 422, answer.json
    assert answer.json["message"]
    assert client.get(f"{PATH}/{slug}").json["counts"]["received"] == 0


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
def test_what_is_no_json_object_is_422(
    client: FlaskClient, slug: str, at_noon: object, data: bytes
) -> None:
    answer = client.post(f"{PATH}/{slug}/comments", data=data, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["message"]


def test_5000_characters_are_taken(client: FlaskClient, slug: str, at_noon: object) -> None:
    assert client.post(f"{PATH}/{slug}/comments", json=_sent(body="字" * 5000)).status_code == 201


def test_after_the_close_it_is_403_and_an_old_key_still_gets_its_receipt(
    client: FlaskClient, context: Flask
) -> None:
    made = a_consultation("open")
    assert made.closes_at is not None
    last = made.closes_at - timedelta(microseconds=1)
    slug, closes_at = made.slug, made.closes_at
    with clock.fixed(last):
        first = client.post(f"{PATH}/{slug}/comments", json=_sent())
    with clock.fixed(closes_at):
        late = client.post(f"{PATH}/{slug}/comments", json=_sent(submission_key="two"))
        again = client.post(f"{PATH}/{slug}/comments", json=_sent())
    assert first.status_code == 201
    assert late.status_code == 403
    assert "截止" in late.json["message"]
    assert (again.status_code, again.json) == (200, first.json)


def test_only_released_comments_are_listed_masked_and_paged(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    slug = made.slug
    a_comment(made, body="还没审看")
    a_comment(made, withheld=WithholdingReason.ADVERTISING)
    a_comment(made, released=True, body="请打13800138000", stance=Stance.OPPOSE)
    for _ in range(50):
        a_comment(made, released=True, respondent_kind=RespondentKind.FIRM)
    page = client.get(f"{PATH}/{slug}/comments").json
    assert len(page["items"]) == 50
    rest = client.get(f"{PATH}/{slug}/comments", query_string={"after": page["next"]}).json
    assert [each["body"] for each in rest["items"]] == ["请打138********"]
    assert rest["next"] is None
    assert "name" not in page["items"][0]
    bad = client.get(f"{PATH}/{slug}/comments", query_string={"after": "???"})
    assert (bad.status_code, bool(bad.json["message"])) == (422, True)


def test_a_receipt_tells_why_and_lets_its_author_withdraw(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    code = a_comment(made, withheld=WithholdingReason.INSULT).receipt
    state = client.get(f"/api/v1/receipts/{code.lower()}").json
    assert (state["state"], state["reason_code"]) == ("withheld", "insult")
    assert state["reason"]
    assert state["may_withdraw"] is True
    assert client.post(f"/api/v1/receipts/{code}/withdraw").json["state"] == "withdrawn"
    again = client.post(f"/api/v1/receipts/{code}/withdraw")
    assert (again.status_code, again.json["outcome"]) == (200, "withdrawn")
    assert client.get("/api/v1/receipts/AAAA").status_code == 404


def test_the_result_is_closed_before_the_close_and_adds_up_after_it(
    client: FlaskClient, context: Flask
) -> None:
    made = a_consultation("open")
    first, second = a_comment(made, released=True), a_comment(made)
    a_comment(made, withdrawn=True)
    slug, closes_at, code = made.slug, made.closes_at, first.receipt
    assert closes_at is not None
    with clock.fixed(NOON):
        a_point(made, [first], "adopted")
        refused = client.get(f"{PATH}/{slug}/adoption")
        assert client.get(f"/api/v1/receipts/{code}").json["outcome"] == "pending", "not yet public"
    assert refused.status_code == 403
    assert refused.json["message"]
    with clock.fixed(closes_at):
        live = client.get(f"{PATH}/{slug}/adoption").json
        told = client.get(f"/api/v1/receipts/{code}").json
    assert live["sealed"] is False
    assert live["version"] == 0
    assert live["received"] == 3 == sum(live["outcomes"].values())
    assert live["outcomes"]["pending"] == 1
    assert set(live["outcomes"]) == {
        *("adopted", "partly_adopted", "not_adopted", "explained"),
        *("out_of_scope", "withdrawn", "duplicate", "pending"),
    }
    assert told["outcome"] == "adopted"
    assert told["point"]["reason"]
    with clock.fixed(closes_at + timedelta(days=1)):
        a_point(made, [second], "not_adopted")
    run_worker(closes_at + timedelta(days=1, minutes=1))
    with clock.fixed(closes_at + timedelta(days=2)):
        sealed = client.get(f"{PATH}/{slug}/adoption").json
        assert client.get(f"{PATH}/{slug}").json["stage"] == "sealed"
    assert (sealed["sealed"], sealed["version"], sealed["outcomes"]["pending"]) == (True, 1, 0)
    assert [each["disposition"] for each in sealed["points"]] == ["adopted", "not_adopted"]


@pytest.mark.parametrize("stage", ["drafting", "in_review", "approved"])
def test_what_is_not_public_is_not_there(client: FlaskClient, context: Flask, stage: str) -> None:
    slug = a_consultation(stage).slug
    with clock.fixed(NOON):
        for tail in ("", "/clauses", "/comments", "/adoption"):
            assert client.get(f"{PATH}/{slug}{tail}").status_code == 404
        assert client.post(f"{PATH}/{slug}/comments", json=_sent()).status_code in {403, 404}
        assert client.get(PATH).json["items"] == []


def test_messages_come_in_the_language_a_tool_accepts(client: FlaskClient, context: Flask) -> None:
    found = client.get(f"{PATH}/none", headers={"Accept-Language": "en"})
    assert found.status_code == 404
    assert found.json["message"].isascii()
