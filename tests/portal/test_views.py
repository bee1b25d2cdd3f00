"""The public pages: what a reader sees in each stage, in few statements, without a cookie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from participation.consultations.rules import ReviewDecision
from participation.kernel import clock
from participation.kernel.db import db
from participation.rulebook.publication import PublicationAttribute
from tests.conftest import NOON
from tests.factories.accounts import a_user, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import ALL_CLEAR, a_consultation
from tests.factories.surveys import a_survey

PAGES = ("", "/draft", "/comments", "/clauses/t3", "/result", "/bulletin")


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent meanwhile."""
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement not in {"BEGIN", "ROLLBACK"}:
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    yield said
    event.remove(db.engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("stage", ["drafting", "in_review", "approved"])
def test_nothing_of_an_unpublished_matter_is_there(
    client: FlaskClient, context: Flask, stage: str, at_noon: object
) -> None:
    slug = a_consultation(stage).slug
    for page in PAGES:
        assert client.get(f"/consultations/{slug}{page}").status_code == 404
    assert slug not in client.get("/consultations").text


def test_the_front_page_is_right_with_nothing_in_it(client: FlaskClient, at_noon: object) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "目前没有正在征求意见的事项" in page.text


def test_a_reader_gets_a_page_without_cookie_that_may_be_kept(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    slug = a_consultation("open").slug
    page = client.get(f"/consultations/{slug}")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    again = client.get(f"/consultations/{slug}", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_a_kept_page_changes_with_what_it_shows(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    path = f"/consultations/{made.slug}/comments"
    assert "还没有公开显示的意见" in client.get(path).text
    a_comment(made, released=True, body="路灯太暗")
    assert "路灯太暗" in client.get(path).text


def test_the_notice_prints_the_reason_of_a_short_window(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation(
        "open",
        closes_at=NOON + timedelta(days=3),
        short_window_reason="汛期将至，需要在七月前施行。",
    )
    assert "汛期将至，需要在七月前施行。" in client.get(f"/consultations/{made.slug}").text


def test_a_withheld_clause_keeps_its_words_inside(client: FlaskClient, context: Flask) -> None:
    from participation.consultations import operations
    from participation.kernel.db import transaction
    from tests.factories.accounts import actor_of

    made = a_consultation(
        "drafting",
        publication_attribute=PublicationAttribute.REDACTED,
        attribute_reason="第四条涉及工作秘密。",
    )
    slug, author = made.slug, actor_of(made.author)
    reviewer = actor_of(a_user("reviewer", made.department))

    with clock.fixed(NOON - timedelta(days=2)):
        with transaction():
            operations.withhold_clauses(author, slug, ["t4"])
            operations.request_review(author, slug)
        with transaction():
            operations.review(reviewer, slug, ReviewDecision.APPROVED, ALL_CLEAR)
        with transaction():
            operations.publish(author, slug, at_once=True)
    with clock.fixed(NOON - timedelta(days=1)):
        for path in (
            f"/consultations/{slug}/draft",
            f"/consultations/{slug}/draft.txt",
            f"/consultations/{slug}/clauses/t4",
            f"/api/v1/consultations/{slug}/clauses",
        ):
            found = client.get(path)
            assert found.status_code == 200
            assert "村民会议商定" not in found.text, path


def test_a_long_draft_comes_in_leaves(client: FlaskClient, context: Flask, at_noon: object) -> None:
    draft = "长草案\n" + "\n".join(
        f"第{number}条　" + "道路两侧的照明设施应当保持完好。" * 12
        for number in ("一二三四五六七八九十".__iter__())
    )
    many = draft + "\n" + "\n".join(f"第十{n}条　" + "灯" * 2900 for n in "一二三四五六七八九")
    slug = a_consultation("open", draft=many).slug
    first = client.get(f"/consultations/{slug}/draft")
    assert "第一条" in first.text
    assert "leaf=2" in first.text
    assert len(first.data) < 150_000
    assert client.get(f"/consultations/{slug}/draft?leaf=99").status_code == 404
    assert client.get(f"/consultations/{slug}/draft?leaf=x").status_code == 200


def test_bulletin_and_result_open_with_the_close_and_not_before(
    client: FlaskClient, context: Flask
) -> None:
    made = a_consultation("open")
    first = a_comment(made, released=True, body="灯太暗")
    a_comment(made)
    slug, closes_at = made.slug, made.closes_at
    assert closes_at is not None
    with clock.fixed(closes_at - timedelta(seconds=1)):
        for page in ("bulletin", "result"):
            refused = client.get(f"/consultations/{slug}/{page}")
            assert refused.status_code == 403
            assert "截止后" in refused.text
    with clock.fixed(closes_at):
        assert "共收到意见 2 份" in client.get(f"/consultations/{slug}/bulletin").text
        assert "还有 2 份待答复" in client.get(f"/consultations/{slug}/result").text
    with clock.fixed(closes_at + timedelta(days=1)):
        a_point(made, [first], "not_adopted", reason="第三条已有规定。")
    run_worker(closes_at + timedelta(days=40))
    with clock.fixed(closes_at + timedelta(days=40)):
        sealed = client.get(f"/consultations/{slug}/result").text
        assert "第 1 版" in sealed
        assert "第三条已有规定。" in sealed
        assert "已超过期限" in sealed
        assert client.get(f"/consultations/{slug}/result/1").status_code == 200
        assert client.get(f"/consultations/{slug}/result/2").status_code == 404


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_public_page_needs_more_than_six_statements(
    client: FlaskClient, context: Flask, signed_in: bool
) -> None:
    made = a_consultation("open")
    a_survey(a_consultation("approved"))
    for _ in range(3):
        a_comment(made, released=True)
    slug, closes_at = made.slug, made.closes_at
    assert closes_at is not None
    if signed_in:
        sign_in(client, a_user("citizen"))
    run_worker(closes_at)
    with clock.fixed(closes_at):
        client.get("/")
        for path in ("/", "/consultations", *(f"/consultations/{slug}{page}" for page in PAGES)):
            db.session.rollback()
            with statements() as said:
                assert client.get(path).status_code == 200
            assert len(said) <= 6, (path, said)


@pytest.mark.parametrize(
    "query", ["after=x", "after=%00", "stage=none", "after_point=-1", "after_point=9999999999"]
)
def test_a_bent_address_is_a_page_and_never_a_fault(
    client: FlaskClient, context: Flask, query: str
) -> None:
    made = a_consultation("closed")
    with clock.fixed(NOON):
        for path in (
            "/consultations",
            f"/consultations/{made.slug}/comments",
            f"/consultations/{made.slug}/result",
            f"/consultations/{made.slug}/clauses/t3",
        ):
            assert client.get(f"{path}?{query}").status_code in {200, 422}
