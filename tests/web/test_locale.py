"""Language, size and theme: chosen by the reader, from closed lists, Chinese first."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.web.locale import appearance, language, locale_tag, reading_size, reading_theme


def test_chinese_comes_first(client: FlaskClient) -> None:
    answer = client.get("/about", headers={"Accept-Language": "en,fr"})
    assert '<html lang="zh-CN"' in answer.text


def test_the_choice_of_a_language_is_kept_and_leads_back(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "en", "next": "/about"})
    assert (answer.status_code, answer.location) == (303, "/about")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("language=en;")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = client.get("/about").text
    assert '<html lang="en"' in page
    assert 'value="zh"' in page
    client.post("/language", data={"language": "zh"})
    assert '<html lang="zh-CN"' in client.get("/about").text


def test_size_and_theme_are_kept_apart(client: FlaskClient) -> None:
    client.post("/reading", data={"size": "160", "next": "/about"})
    client.post("/reading", data={"theme": "contrast", "next": "/about"})
    page = client.get("/about").text
    assert 'data-size="160"' in page
    assert 'data-theme="contrast"' in page


@pytest.mark.parametrize("value", ["fr", "", "EN", "../en", "en\r\nX: y", "<script>", "zh" * 999])
def test_only_known_choices_are_kept(client: FlaskClient, value: str) -> None:
    answer = client.post("/language", data={"language": value, "size": value, "theme": value})
    assert "Set-Cookie" not in answer.headers
    answer = client.post("/reading", data={"size": value, "theme": value})
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("value", ["fr", '"><script>', "999", "1600", ""])
def test_a_forged_cookie_changes_nothing(app: Flask, value: str) -> None:
    headers = {"Cookie": f"language={value}; size={value}; theme={value}"}
    with app.test_request_context("/", headers=headers):
        assert appearance() == ("zh", "100", "auto", "full")
        assert (locale_tag(), reading_size(), reading_theme()) == ("zh-CN", "100", "auto")


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [("en", "en"), ("zh-CN", "zh"), ("fr", "zh"), ("en;q=0.2, zh;q=0.9", "zh"), ("", "zh")],
)
def test_tools_are_answered_in_what_they_accept(app: Flask, accepted: str, wanted: str) -> None:
    with app.test_request_context("/api/v1/x", headers={"Accept-Language": accepted}):
        assert language() == wanted


def test_outside_a_request_it_is_chinese(context: Flask) -> None:
    assert language() == "zh"


def test_a_choice_needs_no_form_key_and_makes_no_session(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/language", data={"language": "en"})
    assert answer.status_code == 303
    assert [each.split("=")[0] for each in answer.headers.getlist("Set-Cookie")] == ["language"]


def test_every_page_tells_its_language(client: FlaskClient) -> None:
    for path in ("/", "/about", "/account/sign-in", "/no/such", "/receipt"):
        assert '<html lang="zh-CN"' in client.get(path).text, path
