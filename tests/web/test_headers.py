"""The security headers come with every kind of answer."""

from __future__ import annotations

import json
import re

import pytest
from flask import Blueprint, Flask, redirect
from flask.testing import FlaskClient

from participation.web.access import public
from tests.factories.accounts import PASSWORD, a_user, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def answers(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser of an application that also breaks and redirects."""
    bp = Blueprint("answers", __name__)

    @public
    def broken() -> str:
        raise ZeroDivisionError

    bp.add_url_rule("/broken", "broken", broken)
    bp.add_url_rule("/away", "away", public(lambda: redirect("/")))
    app.register_blueprint(bp)
    return client


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200), ("/account/sign-in", 200), ("/healthz", 200), ("/api/v1/consultations", 200),
        ("/static/_base/base.css", 200), ("/desk", 302), ("/away", 302), ("/no/such", 404),
        ("/api/v1/no-such", 404), ("/broken", 500), ("/receipt/AAAA-AAAA-AAAA-AAAA", 404),
    ],
)  # fmt: skip
def test_every_kind_of_answer_is_protected(answers: FlaskClient, path: str, status: int) -> None:
    answer = answers.get(path, buffered=True)
    assert answer.status_code == status
    for name, value in WANTED.items():
        assert answer.headers[name] == value, name
    # A receipt's address is its key: those pages tell nobody where a reader came from.
    strict = {"strict-origin-when-cross-origin", "same-origin", "no-referrer"}
    assert answer.headers["Referrer-Policy"] in strict
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_a_spared_page_is_protected_too(
    context: Flask, answers: FlaskClient, at_noon: object
) -> None:
    path = f"/consultations/{a_consultation('open').slug}"
    tag = answers.get(path).headers["ETag"]
    answer = answers.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_refused_methods_and_large_bodies_are_protected_too(answers: FlaskClient) -> None:
    assert answers.delete("/").headers["X-Frame-Options"] == "DENY"
    assert answers.post("/language", data=b"x").headers["X-Frame-Options"] == "DENY"


def test_https_is_insisted_on_only_where_it_is_used(answers: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in answers.get("/about").headers
    answer = answers.get("/about", base_url="https://localhost")
    strict = answer.headers["Strict-Transport-Security"]
    assert "max-age=31536000" in strict
    assert "includeSubDomains" in strict


def test_a_page_made_for_a_person_is_kept_by_no_cache(context: Flask, client: FlaskClient) -> None:
    sign_in(client, a_user("officer"))
    for path in ("/desk", "/account", "/about", "/no/such"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path


def test_a_page_with_a_form_key_is_kept_by_no_cache(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.get("/account/sign-in").headers["Cache-Control"] == "no-store"


def test_a_receipt_is_kept_by_no_cache(context: Flask, client: FlaskClient) -> None:
    comment = a_comment(a_consultation("open"))
    answer = client.get(f"/receipt/{comment.receipt}")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_session_cookie_is_out_of_reach_of_scripts(context: Flask, client: FlaskClient) -> None:
    a_user("officer", username="he")
    answer = client.post("/account/sign-in", data={"username": "he", "password": PASSWORD})
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "session=" in each]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.settings(public_url="https://zhongyan.example.gov.cn")
def test_behind_https_the_session_cookie_never_goes_unencrypted(
    context: Flask, client: FlaskClient
) -> None:
    a_user("officer", username="he")
    answer = client.post(
        "/account/sign-in",
        data={"username": "he", "password": PASSWORD},
        base_url="https://zhongyan.example.gov.cn",
    )
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if "session=" in each]
    assert "Secure" in cookie
    assert cookie.startswith("__Host-session=")
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("path", ["/", "/about", "/account/sign-in", "/consultations"])
def test_a_page_holds_nothing_that_its_own_policy_refuses(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    # Data for machines (JSON-LD) is no script, and exactly that may stand in a page.
    data = re.findall(r'<script type="application/ld\+json">([^<]*)</script>', page)
    assert all(json.loads(each)["@context"] == "https://schema.org" for each in data)
    page = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=", page)
    for address in re.findall(r'(?:src|href|action)="([^"#]+)"', page):
        assert address.startswith("/"), address
