"""Programs: what they lack is time, work and many networks; people lose nothing they typed."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from html import unescape

import pytest
from altcha.v1 import solve_challenge
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.comments import proving
from participation.comments.models import Comment, SpentChallenge
from participation.comments.views.senders import WAIT
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.throttle import address_block
from participation.privacy import jobs as privacy
from participation.web import pace
from tests.conftest import NOON
from tests.factories.consultations import a_consultation

pytestmark = [pytest.mark.usefixtures("context", "at_noon"), pytest.mark.settings(rate_limits="on")]

FORM = {"stance": "suggest", "body": "建议写明谁来修灯。", "respondent_kind": "person"}


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


def opened(ago: timedelta = timedelta(minutes=5)) -> str:
    with clock.fixed(NOON - ago):
        return pace.stamp()


def send(client: FlaskClient, consultation: Consultation, **given: str) -> TestResponse:
    data = {**FORM, "submission_key": "key", "opened": opened(), **given}
    return client.post(f"/consultations/{consultation.slug}/comment", data=data)


def solved(challenge: str | None = None) -> str:
    asked = json.loads(challenge or proving.new_challenge())
    found = solve_challenge(asked["challenge"], asked["salt"], "SHA-256", asked["maxNumber"])
    assert found
    del asked["maxNumber"]
    return base64.b64encode(json.dumps({**asked, "number": found.number}).encode()).decode()


def test_a_second_is_too_fast_and_pressing_again_goes_through(
    client: FlaskClient, consultation: Consultation
) -> None:
    stamp = opened(timedelta(seconds=1))
    page = send(client, consultation, opened=stamp)
    assert page.status_code == 422
    assert "再按一次" in page.text
    assert FORM["body"] in page.text
    assert stamp in page.text, "the time that has passed is not lost"
    with clock.fixed(NOON + timedelta(seconds=3)):
        assert send(client, consultation, opened=stamp).status_code == 303


@pytest.mark.parametrize("stamp", ["", "0", "1780286400.x", "null"])
def test_a_time_that_we_did_not_sign_counts_from_now(
    client: FlaskClient, consultation: Consultation, stamp: str
) -> None:
    page = send(client, consultation, opened=stamp)
    assert page.status_code == 422
    fresh = re.search(r'name="opened"[^>]*value="([^"]+)"', page.text)
    assert fresh
    with clock.fixed(NOON + timedelta(seconds=4)):
        assert send(client, consultation, opened=fresh[1]).status_code == 303


@pytest.mark.settings(rate_limits="block=3/hour")
def test_a_neighbourhood_has_its_limit_and_the_next_one_its_own(
    client: FlaskClient, consultation: Consultation
) -> None:
    def status(number: int, address: str) -> int:
        data = {**FORM, "submission_key": f"k{number}", "opened": opened()}
        return client.post(
            f"/consultations/{consultation.slug}/comment",
            data=data,
            environ_base={"REMOTE_ADDR": address},
        ).status_code

    assert [status(each, f"203.0.113.{each}") for each in range(4)] == [303, 303, 303, 422]
    assert status(9, "203.0.114.1") == 303


@pytest.mark.settings(rate_limits="unproved=2/hour", proof_of_work="on")
def test_a_tool_is_no_way_around_the_work(client: FlaskClient, consultation: Consultation) -> None:
    def status(key: str) -> int:
        given = {**FORM, "submission_key": key}
        return client.post(
            f"/api/v1/consultations/{consultation.slug}/comments", json=given
        ).status_code

    assert [status(each) for each in "abc"] == [201, 201, 422]


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2ff:aaaa::1", "2001:db8:1:200::/56"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
    ],
)
def test_what_one_subscriber_has_is_one_block(context: Flask, address: str, block: str) -> None:
    with context.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert address_block() == block


@pytest.mark.settings(rate_limits="contact=2/day")
def test_a_contact_has_its_limit_however_it_is_typed(
    client: FlaskClient, consultation: Consultation
) -> None:
    typed = ["138 0000 0000", "+8613800000000", "13800000000"]
    answers = [
        send(client, consultation, contact=each, submission_key=each.replace(" ", ""))
        for each in typed
    ]
    assert [each.status_code for each in answers] == [303, 303, 422]
    assert "合在一起提" in answers[-1].text


@pytest.mark.settings(rate_limits="on", proof_of_work="on")
def test_a_proof_serves_once(client: FlaskClient, consultation: Consultation) -> None:
    page = client.get(f"/consultations/{consultation.slug}/comment").text
    asked = re.search(r'data-challenge="([^"]+)"', page)
    assert asked
    quick = opened(timedelta(seconds=4))
    proof = solved(unescape(asked[1]))
    assert send(client, consultation, proof=proof, opened=quick).status_code == 303
    assert send(client, consultation, proof=proof, opened=quick).status_code == 303, "same key"
    again = send(client, consultation, proof=proof, opened=quick, submission_key="other")
    assert again.status_code == 422
    assert "已经用过" in again.text
    assert "data-challenge" in again.text
    assert db.session.scalar(db.select(db.func.count()).select_from(Comment)) == 1


@pytest.mark.settings(rate_limits="on", proof_of_work="on")
def test_whose_browser_does_no_work_waits_instead(
    client: FlaskClient, consultation: Consultation
) -> None:
    assert send(client, consultation, opened=opened(WAIT / 2)).status_code == 422
    assert send(client, consultation, opened=opened(WAIT)).status_code == 303


@pytest.mark.settings(rate_limits="on", proof_of_work="on")
def test_work_of_another_kind_proves_nothing(context: Flask) -> None:
    good = json.loads(base64.b64decode(solved()))
    broken = [
        {**good, "number": good["number"] + 1},
        {**good, "number": str(good["number"])},
        {**good, "number": True},
        {**good, "algorithm": "SHA-1"},
        {**good, "signature": "0" * 64},
        {**good, "salt": good["salt"].replace("expires=1", "expires=9")},
        {name: value for name, value in good.items() if name != "salt"},
        [],
        None,
    ]
    for each in broken:
        assert proving.read_proof(base64.b64encode(json.dumps(each).encode()).decode()) is None
    for text in ("", "???", "e30=", "W10=", "x" * 900):
        assert proving.read_proof(text) is None
    whole = base64.b64encode(json.dumps(good).encode()).decode()
    assert proving.read_proof(whole)
    with clock.fixed(NOON + proving.LASTS):
        assert proving.read_proof(whole) is None


@pytest.mark.both_databases
@pytest.mark.settings(rate_limits="on", proof_of_work="on")
def test_a_spent_challenge_is_kept_as_long_as_it_could_be_used_again(
    client: FlaskClient, consultation: Consultation
) -> None:
    assert send(client, consultation, proof=solved()).status_code == 303
    privacy.purge()
    assert db.session.scalar(db.select(db.func.count()).select_from(SpentChallenge)) == 1
    with clock.fixed(NOON + proving.LASTS + timedelta(seconds=1)):
        assert privacy.purge()["spent_challenges"] == 1
