"""The search page and its neighbours, as a browser without JavaScript sees them."""

from __future__ import annotations

from flask.testing import FlaskClient
from flask import Flask

from participation.kernel import clock
from tests.conftest import NOON
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation


def test_what_is_public_is_found_with_its_words_marked(context: Flask, client: FlaskClient) -> None:
    with clock.fixed(NOON):
        one = a_consultation("open")
        a_comment(one, released=True, body="桥头的路灯坏了三个月没有人修。")
        page = client.get("/search?q=路灯").get_data(as_text=True)
    print(page)
    assert "<mark>路灯</mark>" in page
