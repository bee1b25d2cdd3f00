"""Anonymous pages: no cookie, one ETag while they show the same, nobody's page for another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Blueprint, Flask, flash
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import event

from participation.kernel import clock
from participation.kernel.db import db
from participation.web.access import current_actor, public
from participation.web.caching import LARGEST_PAGE, MOST_PAGES, PageCache, public_page
from tests.conftest import NOON
from tests.factories.accounts import a_user, sign_in
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation


class Shop:
    """A public page that counts how often it is made."""

    def __init__(self) -> None:
        self.version = 1
        self.made = 0
        self.body = "页"

    def render(self) -> str:
        self.made += 1
        return f"{self.body} {current_actor().role.value}"

    def page(self) -> object:
        return public_page(self.version, clock.now(), self.render)


@pytest.fixture
def shop(app: Flask) -> Shop:
    """Served at /shop; /told leaves a message for the next page."""
    made = Shop()
    bp = Blueprint("shop", __name__)
    bp.add_url_rule("/shop", "page", public(lambda: made.page()))

    @public
    def told() -> str:
        flash("已提交")
        return "told"

    bp.add_url_rule("/told", "told", told)
    app.register_blueprint(bp)
    return made


def test_a_page_is_made_once_while_it_shows_the_same(
    shop: Shop, client: FlaskClient, at_noon: object
) -> None:
    answers = [client.get("/shop") for _ in range(5)]
    assert shop.made == 1
    assert {each.text for each in answers} == {"页 guest"}
    assert {each.headers["ETag"] for each in answers} == {answers[0].headers["ETag"]}
    assert answers[0].headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Cookie" in answers[0].headers["Vary"]


def test_who_has_the_page_is_told_so_without_it(
    shop: Shop, client: FlaskClient, at_noon: object
) -> None:
    tag = client.get("/shop").headers["ETag"]
    answer = client.get("/shop", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert client.get("/shop", headers={"If-None-Match": '"other"'}).status_code == 200


def test_after_a_restart_the_tag_still_spares_the_work(
    shop: Shop, app: Flask, client: FlaskClient, at_noon: object
) -> None:
    tag = client.get("/shop").headers["ETag"]
    app.extensions["pages"] = PageCache()
    assert client.get("/shop", headers={"If-None-Match": tag}).status_code == 304
    assert shop.made == 1
    assert client.get("/shop").text == "页 guest"


def test_a_change_is_seen_at_once(shop: Shop, client: FlaskClient, at_noon: object) -> None:
    tag = client.get("/shop").headers["ETag"]
    shop.version, shop.body = 2, "新页"
    answer = client.get("/shop", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.text) == (200, "新页 guest")


def test_the_remaining_time_is_never_older_than_a_minute(shop: Shop, client: FlaskClient) -> None:
    tags = []
    for seconds in (0, 59, 60):
        with clock.fixed(NOON + timedelta(seconds=seconds)):
            tags.append(client.get("/shop").headers["ETag"])
    assert tags[0] == tags[1] != tags[2]


def test_language_size_and_theme_have_pages_of_their_own(
    shop: Shop, app: Flask, at_noon: object
) -> None:
    tags = {app.test_client().get("/shop").headers["ETag"]}
    for name, value in (("language", "en"), ("size", "160"), ("theme", "dark")):
        other = app.test_client()
        other.set_cookie(name, value)
        tags.add(other.get("/shop").headers["ETag"])
    assert len(tags) == 4
    tags = {app.test_client().get(path).headers["ETag"] for path in ("/shop", "/shop?a=1")}
    assert len(tags) == 2


def test_a_signed_in_readers_page_is_nobody_elses(
    shop: Shop, context: Flask, client: FlaskClient, at_noon: object
) -> None:
    answer = sign_in(client, a_user("officer")).get("/shop")
    assert answer.text == "页 officer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert context.test_client().get("/shop").text == "页 guest"


def test_a_waiting_message_is_not_kept_for_others(
    shop: Shop, app: Flask, client: FlaskClient, at_noon: object
) -> None:
    client.get("/told")
    assert client.get("/shop").headers["Cache-Control"] == "no-store"
    assert app.test_client().get("/shop").headers["Cache-Control"].startswith("public")


def test_the_cache_is_bounded() -> None:
    cache = PageCache()
    for number in range(MOST_PAGES + 10):
        cache.put(str(number), b"x")
        cache.get("0")
    assert cache.get("0") == b"x"
    assert cache.get("1") is None
    assert cache.get(str(MOST_PAGES + 9)) == b"x"
    cache.put("large", b"x" * (LARGEST_PAGE + 1))
    assert cache.get("large") is None


PUBLIC = (
    "/", "/consultations", "/about", "/privacy", "/accessibility", "/receipt",
    "/consultations/{slug}", "/consultations/{slug}/draft", "/consultations/{slug}/comments",
    "/healthz", "/api/v1/consultations", "/no/such/page",
)  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_a_reader_gets_no_cookie(
    context: Flask, client: FlaskClient, at_noon: object, path: str
) -> None:
    slug = a_consultation("open").slug
    answer = client.get(path.format(slug=slug))
    assert answer.status_code in (200, 404)
    if path != "/receipt":  # a form key needs its session
        assert "Set-Cookie" not in answer.headers, answer.headers["Set-Cookie"]


@pytest.mark.parametrize("path", ["/consultations/{slug}", "/consultations/{slug}/comments"])
def test_a_public_page_is_spared_until_something_shows(
    context: Flask, client: FlaskClient, at_noon: object, path: str
) -> None:
    made = a_consultation("open")
    path = path.format(slug=made.slug)
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    a_comment(made, released=True)
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_a_head_request_has_no_body(shop: Shop, client: FlaskClient, at_noon: object) -> None:
    answer = client.head("/shop")
    assert (answer.status_code, answer.data) == (200, b"")


def test_nothing_is_written_by_looking(
    context: Flask, client: FlaskClient, at_noon: object
) -> None:
    slug = a_consultation("open").slug
    written: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN", "WITH")):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for path in PUBLIC:
            client.get(path.format(slug=slug))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert written == []


def test_a_kept_part_is_made_anew_as_soon_as_anything_it_says_changes(app: Flask) -> None:
    made: list[str] = []

    def part() -> Markup:
        made.append("again")
        return Markup("<p>{}</p>").format(len(made))

    kept = app.jinja_env.globals["kept"]
    with app.test_request_context("/"):
        assert kept("comment", 1, "words", caller=part) == kept("comment", 1, "words", caller=part)
        assert kept("comment", 1, "masked", caller=part) == Markup("<p>2</p>")
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        assert kept("comment", 1, "words", caller=part) == Markup("<p>3</p>")
    assert len(made) == 3
