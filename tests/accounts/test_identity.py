"""Signing in through a live OpenID provider: PKCE, state, nonce, linking, no takeover by mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from participation.accounts import operations, queries
from participation.accounts.addresses import keep_address
from participation.accounts.models import Identity, User
from participation.accounts.openid import NotIdentified, ProviderAway, Question
from participation.accounts.provider import Provider
from participation.config import BadSettings, load
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from tests.accounts.provider import provider_at
from tests.conftest import NOON, free_port
from tests.factories.accounts import PASSWORD, a_user, enrolled, sign_in


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider_at(free_port()) as address:
        yield address


@pytest.fixture
def settings(issuer: str) -> dict[str, Any]:
    return {
        "demo": "0",
        "rate_limits": "off",
        "worker": False,
        "oidc_issuer": issuer,
        "oidc_client_id": "zhongyan",
        "oidc_client_secret": "between us",
    }


def asked(client: FlaskClient, path: str = "/account/identity") -> str:
    """Where our own page sends the browser."""
    answer = client.get(path)
    assert answer.status_code == 303
    return str(answer.location)


def answered(address: str, subject: str) -> str:
    """The path of ours to which the provider sends the browser back, after the person said yes."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def through(client: FlaskClient, subject: str, path: str = "/account/identity") -> Any:
    """All the way to the page that asks whether to come in."""
    heard = client.get(answered(asked(client, path), subject))
    assert heard.location == "/account/identity/come-in", heard.text
    return client.get(heard.location)


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(User)) or 0


@pytest.mark.both_databases
def test_the_first_time_makes_an_account_and_the_second_finds_it(
    context: Flask, app: Flask, client: FlaskClient
) -> None:
    address = asked(client)
    sent = parse_qs(urlsplit(address).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["response_type"] == ["code"]
    assert len(sent["nonce"][0]) > 40 < len(sent["state"][0])
    heard = client.get(answered(address, "wang"))
    page = client.get(heard.location)
    assert 'value="王芳"' in page.text
    assert people() == 0, "looking makes nothing"
    assert client.post(heard.location, data={"display_name": "小王"}).location == "/account"
    assert "小王" in client.get("/account").text
    other = app.test_client()
    assert "以小王的身份登录" in through(other, "wang").text
    assert other.post("/account/identity/come-in").location == "/account"
    assert people() == 1
    assert other.post("/account/identity/come-in").status_code == 403, "heard once"
    assert client.get("/account").status_code == 200


def test_an_answer_to_another_browsers_question_is_refused(context: Flask, app: Flask) -> None:
    victim, thief = app.test_client(), app.test_client()
    stolen = answered(asked(thief), "thief")
    assert victim.get(stolen).status_code == 403, "asked nothing"
    asked(victim)
    assert victim.get(stolen).status_code == 403, "asked something else"
    assert people() == 0


def test_an_answer_is_heard_once(context: Flask, client: FlaskClient) -> None:
    back = answered(asked(client), "wang")
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 403


@pytest.mark.parametrize("name", ["state", "nonce", "verifier"])
def test_each_of_state_nonce_and_verifier_is_needed(
    context: Flask, client: FlaskClient, name: str
) -> None:
    back = answered(asked(client), "wang")
    with client.session_transaction() as session:
        session["identity_asked"] = {**session["identity_asked"], name: "x" * 64}
    assert client.get(back).status_code == 403
    with client.session_transaction() as session:
        assert "identity_answered" not in session


def test_a_person_who_said_no_is_told_and_not_signed_in(
    context: Flask, client: FlaskClient
) -> None:
    state = parse_qs(urlsplit(asked(client)).query)["state"][0]
    answer = client.get(f"/account/identity/answer?error=access_denied&state={state}")
    assert answer.status_code == 403
    assert "没有登录" in answer.text


def test_an_address_that_the_provider_tells_opens_nobodys_account(
    context: Flask, client: FlaskClient
) -> None:
    wang = a_user(Role.CITIZEN)
    with transaction():
        keep_address(db.session.get_one(User, wang.id), "wang@example.cn")
    through(client, "thief")
    client.post("/account/identity/come-in", data={"display_name": "某人"})
    assert people() == 2
    known = db.session.scalars(select(Identity)).one()
    assert known.user_id != wang.id


def test_linking_asks_for_the_password_and_one_subject_has_one_account(
    context: Flask, app: Flask, client: FlaskClient
) -> None:
    wang, zhao = a_user(Role.CITIZEN), a_user(Role.CITIZEN)
    browser = sign_in(client, wang)
    assert "绑定" in through(browser, "wang").text
    page = "/account/identity/come-in"
    assert browser.post(page, data={"password": "wrong"}).status_code == 422
    assert db.session.scalar(select(Identity)) is None
    assert browser.post(page, data={"password": PASSWORD}).location == "/account"
    guest = app.test_client()
    through(guest, "wang")
    guest.post(page)
    assert wang.display_name in guest.get("/account").text
    other = sign_in(app.test_client(), zhao)
    through(other, "wang")
    assert other.post(page, data={"password": PASSWORD}).status_code == 422
    assert browser.post("/account/identity/unlink").location == "/account"
    assert db.session.scalar(select(Identity)) is None


def test_an_account_without_a_password_proves_itself_through_the_provider(
    context: Flask, client: FlaskClient
) -> None:
    with clock.fixed(NOON):
        through(client, "wang")
        client.post("/account/identity/come-in", data={"display_name": "小王"})
        assert client.post("/account/identity/unlink").status_code == 403
    with clock.fixed(NOON + timedelta(minutes=20)):
        assert client.post("/account/data").status_code == 422
        assert "先通过" in client.get("/account/delete").text
        through(client, "zhao", "/account/identity?next=/account/delete")
        assert client.post("/account/identity/come-in").status_code == 422, "another person"
        through(client, "wang", "/account/identity?next=/account/delete")
        assert client.post("/account/identity/come-in").location == "/account/delete"
        assert '"subject": "wang"' in client.post("/account/data").text
        assert client.post("/account/delete").location == "/"
    assert db.session.scalar(select(Identity)) is None


def test_stopped_people_stay_out_and_a_second_factor_is_still_asked_for(
    context: Flask, app: Flask, client: FlaskClient
) -> None:
    wang = a_user(Role.CITIZEN)
    with transaction():
        subject = Identity(
            user_id=wang.id, issuer=app.config["SETTINGS"].oidc_issuer, subject="wang"
        )
        subject.created_at = clock.now()
        db.session.add(subject)
    enrolled(wang)
    through(client, "wang")
    client.post("/account/identity/come-in")
    assert client.get("/account").location.startswith("/account/second-factor/verify")
    with transaction():
        operations.deactivate_user(SYSTEM, wang.id)
    other = app.test_client()
    through(other, "wang")
    assert other.post("/account/identity/come-in").status_code == 422
    assert queries.sessions_of(wang.id) == []


def _provider(app: Flask, **changes: Any) -> Provider:
    given = {
        name: getattr(app.config["SETTINGS"], name)
        for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    }
    return Provider(SimpleNamespace(**given | changes), "http://localhost/")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["another key", "shared secret", "unsigned"])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    context: Flask, app: Flask, kind: str
) -> None:
    provider, question = _provider(app), Question("s", "n", "v")
    claims = {"iss": app.config["SETTINGS"].oidc_issuer, "aud": "zhongyan", "sub": "wang"}
    claims |= {"nonce": "n", "iat": 0, "exp": 2**33}
    if kind == "another key":
        token = jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048))
    elif kind == "shared secret":
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("between us" * 4))
    else:
        token = (
            "eyJhbGciOiJub25lIn0."
            + jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("x" * 32)).split(".")[1]
            + "."
        )
    with provider._client() as session, pytest.raises(NotIdentified):
        provider._claims(session, provider._described(session), question, {"id_token": token})


def test_a_provider_that_is_away_or_another_is_said_so(context: Flask, app: Flask) -> None:
    with pytest.raises(ProviderAway):
        _provider(app, oidc_issuer=f"http://127.0.0.1:{free_port()}").ask()
    with pytest.raises(ProviderAway):
        _provider(app, oidc_issuer=app.config["SETTINGS"].oidc_issuer + "/another").ask()


def test_a_provider_on_the_net_is_asked_encrypted_only(tmp_path: Any) -> None:
    for wrong in ("http://id.example.cn", "ftp://id.example.cn", "id.example.cn"):
        with pytest.raises(BadSettings):
            load({"instance": tmp_path, "oidc_issuer": wrong, "oidc_client_id": "x"})
    with pytest.raises(BadSettings):
        load({"instance": tmp_path, "oidc_issuer": "https://id.example.cn"})
    assert load({"instance": tmp_path, "oidc_issuer": "https://a.cn", "oidc_client_id": "x"})
