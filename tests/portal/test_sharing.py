"""Beyond this site: the sheet, the frame in other sites, the screen of a hall, the quiet layout."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.kernel import clock
from tests.conftest import NOON
from tests.factories.consultations import a_consultation


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.mark.parametrize("size", ["a4", "a3", "a0"])
def test_the_sheet_says_what_until_when_and_how(
    context: Flask, client: FlaskClient, size: str
) -> None:
    found = a_consultation("open", plain_summary="水费怎么算，" * 80, affects="全县用水的人")
    page = client.get(f"/consultations/{found.slug}/sheet?size={size}")
    paper = size if size != "a0" else "a4"
    assert f"sheet-{paper}.css" in page.text
    for words in (found.title, "全县用水的人", "截止", found.contact_phone, "水费怎么算"):
        assert words in page.text
    assert f"/consultations/{found.slug}/qr.svg" in page.text
    assert len(page.text) < 6000, "the text is short enough for one sheet"


def test_the_picture_of_the_address_is_a_picture(context: Flask, client: FlaskClient) -> None:
    found = a_consultation("open")
    picture = client.get(f"/consultations/{found.slug}/qr.svg")
    # Without the namespace a browser shows no picture at all.
    assert b'xmlns="http://www.w3.org/2000/svg"' in picture.data


def test_one_page_may_be_framed_by_others_and_it_alone(context: Flask, client: FlaskClient) -> None:
    found = a_consultation("open")
    page = client.get(f"/embed/{found.slug}")
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script" not in policy
    assert "X-Frame-Options" not in page.headers
    assert "Set-Cookie" not in page.headers
    assert not re.search("<(form|script|input|button)", page.text)
    assert 'target="_blank"' in page.text
    for path in (f"/consultations/{found.slug}", "/kiosk", "/embed/2026-9999"):
        other = client.get(path)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
        assert other.headers["X-Frame-Options"] == "DENY"


def test_the_markup_to_copy_stays_one_frame_whatever_the_title_is(
    context: Flask, client: FlaskClient
) -> None:
    evil = '关于"><script>alert(1)</script>的办法'
    found = a_consultation("open", title=evil)
    page = client.get(f"/consultations/{found.slug}/share").text
    shown = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    copied = re.search(r'data-copy="([^"]*)"', page)
    assert shown
    assert copied
    for snippet in (html.unescape(shown[1]), html.unescape(copied[1])):
        assert snippet.startswith(f'<iframe src="http://127.0.0.1:8000/embed/{found.slug}" title="')
        assert snippet.count("<") == 2, "the frame and its end"
        assert html.unescape(snippet).count(evil) == 1


@pytest.mark.parametrize("state", ["drafting", "in_review", "approved"])
def test_nothing_is_shared_that_is_not_public(
    context: Flask, client: FlaskClient, state: str
) -> None:
    hidden = a_consultation(state)
    for path in ("/consultations/{}/share", "/consultations/{}/sheet", "/embed/{}"):
        assert client.get(path.format(hidden.slug)).status_code == 404
    assert hidden.title not in client.get("/kiosk").text


def test_the_screen_turns_by_itself_and_can_be_held(context: Flask, client: FlaskClient) -> None:
    first, second = a_consultation("open"), a_consultation("open", title="第二件事项的办法")
    a_consultation("sealed", title="早已定稿的办法")
    page = client.get("/kiosk")
    assert page.headers["Refresh"] == "20; url=/kiosk?item=2"
    following = client.get("/kiosk?item=2")
    assert following.headers["Refresh"].endswith("item=1")
    assert {first.title in page.text, first.title in following.text} == {True, False}
    assert (second.title in page.text) != (second.title in following.text)
    assert "早已定稿" not in page.text + following.text
    assert "Refresh" not in client.get("/kiosk?item=2&stop=1").headers
    for strange in ("99", "-1", "x", "0"):
        assert client.get(f"/kiosk?item={strange}").status_code == 200


def test_a_screen_with_nothing_to_show_says_so(context: Flask, client: FlaskClient) -> None:
    assert "现在没有正在征求意见的事项" in client.get("/kiosk").text


def test_the_quiet_layout_is_chosen_and_left_by_a_button(
    context: Flask, client: FlaskClient
) -> None:
    found = a_consultation("open")
    address = f"/consultations/{found.slug}"
    assert "quiet.css" not in client.get(address).text
    client.post("/reading", data={"layout": "quiet", "size": "135", "next": address})
    page = client.get(address).text
    assert 'data-layout="quiet"' in page
    assert 'data-size="135"' in page
    assert "quiet.css" in page
    assert "回到普通版" in page
    client.post("/reading", data={"layout": "full", "size": "100"})
    assert "quiet.css" not in client.get(address).text
    client.post("/reading", data={"layout": "<script>"})
    assert 'data-layout="full"' in client.get(address).text
