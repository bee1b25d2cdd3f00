"""The search page, the note of what was not found, and its list, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.comments import operations as comments
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.search import jobs, operations
from participation.search.models import SearchEntry, SearchMiss, SearchMissAsker
from participation.search.rules import MISSES_KEPT
from tests.backends.watching import statements
from tests.conftest import NOON
from tests.factories.accounts import a_user, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")


def page(client: FlaskClient, query: str, **more: str) -> str:
    """The search page for a query."""
    answer = client.get("/search", query_string={"q": query, **more})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return answer.get_data(as_text=True)


def addresses(text: str) -> list[str]:
    """Where the hits lead."""
    hits = re.findall(r'<h2 class="hit-title"><a href="([^"]+)"', text)
    return [each.replace("&amp;", "&") for each in hits]


def test_the_words_are_marked_and_the_hit_leads_to_its_place(
    context: Flask, client: FlaskClient
) -> None:
    one = a_consultation("open")
    made = [
        a_comment(one, released=True, body=f"第{each}口水井旁的水表坏了。") for each in range(3)
    ]
    text = page(client, "水表", order="date")
    assert text.count("<mark>水表</mark>") == 3
    assert "找到 3 条。" in text
    for hit, comment in zip(addresses(text), reversed(made), strict=True):
        path, _, anchor = hit.partition("#")
        shown = client.get(path).get_data(as_text=True)
        first = re.search(r'class="comment"[^>]* id="(c[0-9]+)"', shown)
        assert first
        assert first[1] == anchor == f"c{comment.number}"


def test_every_kind_of_hit_leads_to_a_page_that_is_there(
    context: Flask, client: FlaskClient
) -> None:
    one = a_consultation("closed")
    comment = a_comment(one, released=True, body="路灯照明时间太短")
    a_point(one, [comment], title="延长照明时间")
    run_worker(NOON)
    text = page(client, "照明")
    kinds = set(re.findall(r'<p class="hit-kind"><span>([^<]+)</span>', text))
    assert kinds == {"征求意见", "草案条文", "公众意见", "意见的处理", "采纳情况"}
    for path in addresses(text):
        assert client.get(path).status_code == 200, path


def test_words_are_shown_as_words(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    a_comment(one, released=True, body="<script>alert(1)</script>水表<b>坏了</b>")
    text = page(client, '水表 "><script>alert(2)</script>')
    assert "<script>alert" not in text
    text = page(client, "水表")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<mark>水表</mark>" in text


def test_a_search_stays_within_one_consultation(context: Flask, client: FlaskClient) -> None:
    here, there = a_consultation("open"), a_consultation("open")
    for each in (here, there):
        a_comment(each, released=True, body="水表坏了")
    box = client.get(f"/consultations/{here.slug}/comments").get_data(as_text=True)
    assert 'name="consultation"' in box
    text = page(client, "水表", consultation=here.slug, kind="comment")
    assert [here.slug in each for each in addresses(text)] == [True]
    drafted = a_consultation("drafting")
    hidden = client.get("/search", query_string={"q": "水表", "consultation": drafted.slug})
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "x", "order": "x", "stage": "preparing", "department": "x", "topic": "x"},
        {"department": "999999999999999999999"},
        {"q": "水" * 5000},
        {"q": "\x00水表"},
        {"q": "_kcomment OR 1=1) NEAR(a b) \" ' * ^ : ! & |"},
    ],
)
def test_odd_parameters_do_no_harm(
    context: Flask, client: FlaskClient, odd: dict[str, str]
) -> None:
    page(client, **{"query": "水表", **{("query" if k == "q" else k): v for k, v in odd.items()}})


def test_an_odd_place_is_refused(context: Flask, client: FlaskClient) -> None:
    answer = client.get("/search?q=水&after=x")
    assert 400 <= answer.status_code < 500
    assert "页码无效" in answer.get_data(as_text=True)


@pytest.mark.both_databases
def test_the_page_costs_few_statements(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    a_comment(one, released=True, body="水表坏了")
    for more in ({}, {"order": "date"}, {"stage": "open", "topic": "city"}):
        with statements() as seen:
            page(client, "水表", **more)
        asked = [each for each in seen if each[0].lstrip().startswith(("SELECT", "WITH"))]
        assert len(asked) <= 6, asked


@pytest.mark.both_databases
def test_what_is_not_found_is_listed_once_three_have_asked(
    context: Flask, client: FlaskClient
) -> None:
    assert "告诉部门没有找到" in page(client, "海底捞月")
    officer = sign_in(context.test_client(), a_user(Role.OFFICER))

    def listed() -> str:
        return officer.get("/desk/search-misses").get_data(as_text=True)

    def ask(address: str, words: str = "海底捞月") -> None:
        given = {"REMOTE_ADDR": address}
        answer = client.post("/search/missed", data={"q": words}, environ_overrides=given)
        assert answer.status_code == 303
        assert "Set-Cookie" not in answer.headers

    for address in ("203.0.113.5", "203.0.113.9", "198.51.100.7", "203.0.113.5"):
        ask(address)
    assert "海底捞月" not in listed(), "two networks only"
    ask("2001:db8:1::5", " 海底捞月　")
    assert "海底捞月" in listed()
    assert "203.0.113" not in "".join(db.session.scalars(select(SearchMissAsker.digest)))
    assert client.get("/desk/search-misses").status_code == 302


def test_what_is_found_or_says_nothing_is_not_noted_and_persons_are_masked(
    context: Flask, client: FlaskClient
) -> None:
    a_comment(a_consultation("open"), released=True, body="水表坏了")
    for words in ("水表", "，。", ""):
        client.post("/search/missed", data={"q": words})
    assert db.session.scalars(select(SearchMiss)).all() == []
    client.post("/search/missed", data={"q": "王小明 13800138000"})
    (noted,) = db.session.scalars(select(SearchMiss.words))
    assert "13800138000" not in noted


def test_what_nobody_asks_for_any_more_is_forgotten(context: Flask) -> None:
    with transaction():
        operations.note_miss("海底捞月", "a", NOON - MISSES_KEPT - timedelta(days=2))
        operations.note_miss("水中捞月", "a", NOON)
    with transaction():
        jobs.forget_misses({})
    assert list(db.session.scalars(select(SearchMiss.words))) == ["水中捞月"]
    assert len(db.session.scalars(select(SearchMissAsker)).all()) == 1


@pytest.mark.settings(rate_limits="search=2/minute")
def test_searching_without_end_is_slowed(context: Flask, client: FlaskClient) -> None:
    codes = [client.get("/search?q=水").status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_the_api_finds_the_same(context: Flask, client: FlaskClient) -> None:
    one = a_consultation("open")
    a_comment(one, released=True, body="水表坏了")
    found = client.get("/api/v1/search?q=水表").get_json()
    assert (found["count"], found["is_more"], found["next"]) == (1, False, None)
    (hit,) = found["items"]
    assert hit["marks"] == ["水表"]
    assert [hit["url"]] == addresses(page(client, "水表"))
    assert client.get("/api/v1/search?q=水表&order=x").status_code == 422
    assert client.get("/api/v1/search").status_code == 422
    assert client.get("/api/v1/search?q=水表&department=77").get_json()["count"] == 0


@pytest.mark.both_databases
def test_what_was_public_before_the_index_is_entered_by_the_worker(context: Flask) -> None:
    one = a_consultation("open")
    hidden = a_comment(one, released=True, body="水表坏了")
    shown = a_comment(one, released=True, body="水管坏了")
    before = _entries()
    with transaction():
        db.session.execute(SearchEntry.__table__.delete())  # type: ignore[attr-defined]
        comments.withdraw(hidden.receipt)
    run_worker(NOON)
    jobs.look_after_index()
    run_worker(NOON)
    assert shown.number
    assert _entries() == before - {("comment", str(hidden.number))}


@pytest.mark.both_databases
def test_a_rebuild_changes_nothing_but_drops_what_is_not_public(context: Flask) -> None:
    one = a_consultation("closed")
    a_point(one, [a_comment(one, released=True)])
    run_worker(NOON)
    before = _entries()
    with transaction():
        stray = db.session.scalars(select(SearchEntry).limit(1)).one()
        values = {name: getattr(stray, name) for name in ("consultation_id", "kind", "at", "words")}
        db.session.add(SearchEntry(source_id=10**6, text="留下的", place="stray", **values))
    with clock.fixed(NOON):
        jobs.rebuild()
    db.session.rollback()
    assert _entries() == before
    kinds = list(db.session.scalars(select(SearchEntry.kind).order_by(SearchEntry.id)))
    assert kinds[-1] == "comment", "in the order in which it became public"


def _entries() -> set[tuple[str, str]]:
    rows = db.session.execute(select(SearchEntry.kind, SearchEntry.place)).all()
    db.session.rollback()
    return {(kind.value, place) for kind, place in rows}


def test_the_commands_answer(context: Flask) -> None:
    a_comment(a_consultation("open"), released=True, body="水表坏了")
    run = context.test_cli_runner().invoke
    made = run(args=["search", "reindex", "--json"])
    assert '"entered"' in made.output, made.output
    found = run(args=["search", "find", "水表"])
    assert "水表坏了" in found.output
    assert SYSTEM
