"""What helps to read a draft: the first screen, the change card, interpretations, documents."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from participation.accounts.models import User
from participation.consultations import operations
from participation.consultations.intake import take_document, take_picture
from participation.consultations.kinds import DecisionOutcome, DocumentKind, InterpretationKind
from participation.consultations.models import Consultation
from participation.consultations.operations import DecisionFields, InterpretationFields
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.rulebook.subjects import Audience, Topic
from tests.conftest import NOON, SHARED
from tests.factories.accounts import a_department, a_user, actor_of, sign_in
from tests.factories.consultations import SMALL_DRAFT, a_consultation
from tests.portal.test_views import statements

IN_FORCE = SMALL_DRAFT.replace("（征求意见稿）\n", "").replace("三日内修好", "十日内修好")
SHANGHAI = SHARED / "data" / "drafts"


@pytest.fixture
def author(context: Flask) -> User:
    return a_user(Role.DRAFTER, a_department())


def supplied(author: User, text: str = IN_FORCE, draft: str = SMALL_DRAFT) -> Consultation:
    """A matter with a text in force, an interpretation of a clause and one not yet public."""
    matter = a_consultation(
        "open",
        draft,
        author=author,
        plain_summary="坏了的灯三天修好。",
        topics=frozenset({Topic.COUNTRYSIDE}),
        audiences=frozenset({Audience.VILLAGERS}),
        decision_due_on=date(2026, 9, 1),
    )
    taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.md", text.encode())
    with clock.fixed(NOON), transaction():
        actor = actor_of(author)
        operations.add_document(actor, matter.slug, DocumentKind.TEXT_IN_FORCE, "现行办法", taken)
        for title, key in (("为什么三日", "t3"), ("不能看的草稿", "t2")):
            fields = InterpretationFields(InterpretationKind.TEXT, title, key, "灯坏了看不清路。")
            made = operations.save_interpretation(actor, matter.slug, fields)
            if key == "t3":
                operations.publish_interpretation(actor, matter.slug, made.id)
    return matter


def test_the_first_page_answers_what_whom_until_when_how_and_where(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    page = client.get(f"/consultations/{supplied(author).slug}").text
    for words in (
        "规定村口照明由谁管",
        "全县各村村民和夜间出行的人",
        "24:00 截止",
        "还有 ",
        "网上写，不用注册",
        "共 5 步，现在第 2 步",
        "准备草案",
        "研究答复",
        "作出决定",
        "预计 2026年9月1日 前",
        "坏了的灯三天修好。",
        "改了哪些：与现行文本逐条对照",
        "为什么三日",
        "农业农村与水利",
        "农村居民",
        "现行办法",
    ):
        assert words in page, words
    assert "不能看的草稿" not in page


def test_the_countdown_ticks_in_the_last_two_days_by_the_servers_clock(
    client: FlaskClient, author: User
) -> None:
    matter = supplied(author)
    assert matter.closes_at is not None
    address = f"/consultations/{matter.slug}"
    with clock.fixed(matter.closes_at - timedelta(days=3)):
        assert "data-until" not in client.get(address).text
    with clock.fixed(matter.closes_at - timedelta(hours=30)):
        page = client.get(address).text
    assert f'data-until="{int(matter.closes_at.timestamp())}"' in page
    assert "服务器现在是" in page


def test_the_page_of_a_full_matter_needs_no_more_than_six_statements(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    slug = supplied(author).slug
    for page in ("", "/changes", "/interpretation"):
        db.session.rollback()
        with statements() as said:
            assert client.get(f"/consultations/{slug}{page}").status_code == 200
        assert len(said) <= 5, (page, said)


def test_the_change_card_folds_what_is_the_same_and_marks_what_is_not(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    page = client.get(f"/consultations/{supplied(author).slug}/changes").text
    assert "第一条至第二条没有变化" in page
    assert "第四条没有变化" in page
    assert "十</span>" not in page
    assert "<del" in page
    assert "<ins" in page
    assert "1 条" in page
    assert 'clause=t3"' in page


@pytest.mark.skipif(not SHANGHAI.is_dir(), reason="the shared drafts are not on this machine")
def test_the_change_card_of_a_long_law_stays_light_and_shows_fourteen_articles(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    old, new = (
        (SHANGHAI / f"shanghai-property-{year}-text.md").read_text() for year in (2018, 2020)
    )
    address = f"/consultations/{supplied(author, old, new).slug}/changes"
    changed, leaf = 0, 1
    while True:
        answer = client.get(address, query_string={"leaf": leaf})
        if answer.status_code == 404:
            break
        assert len(answer.data) < 150_000
        changed += answer.text.count("compared-row compared-changed")
        leaf += 1
    assert changed == 14
    assert 2 <= leaf <= 6


def test_a_matter_without_a_text_in_force_has_no_change_card(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    slug = a_consultation("open", author=author).slug
    assert client.get(f"/consultations/{slug}/changes").status_code == 404
    assert "改了哪些" not in client.get(f"/consultations/{slug}").text
    assert "还没有公开的解读" in client.get(f"/consultations/{slug}/interpretation").text


def test_interpretations_stand_with_their_clause_and_have_addresses(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    slug = supplied(author).slug
    page = client.get(f"/consultations/{slug}/interpretation").text
    assert "为什么三日" in page
    assert "看第三条和对它的意见" in page
    assert "不能看的草稿" not in page
    moved = client.get(f"/consultations/{slug}/interpretation/1")
    assert moved.location.endswith(f"/consultations/{slug}/interpretation#i1")
    assert client.get(f"/consultations/{slug}/interpretation/2").status_code == 404
    assert client.get(f"/consultations/{slug}/interpretation?leaf=2").status_code == 404
    assert client.get(f"/consultations/{slug}/interpretation?leaf=²").status_code == 404


def test_a_document_is_saved_and_never_run(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    answer = client.get(f"/consultations/{supplied(author).slug}/documents/1")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "十日内修好" in answer.text


def test_nothing_beside_an_unpublished_draft_is_for_the_public(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    matter = a_consultation("drafting", author=author)
    made = io.BytesIO()
    Image.new("RGB", (4, 3)).save(made, "PNG")
    picture = take_picture("图.png", made.getvalue())
    taken = take_document(DocumentKind.TEXT_IN_FORCE, "现行.md", IN_FORCE.encode())
    fields = InterpretationFields(
        InterpretationKind.PICTURE, "图", picture=picture, picture_words="字"
    )
    with clock.fixed(NOON), transaction():
        actor = actor_of(author)
        document = operations.add_document(
            actor, matter.slug, DocumentKind.TEXT_IN_FORCE, "", taken
        )
        it = operations.save_interpretation(actor, matter.slug, fields)
        operations.publish_interpretation(actor, matter.slug, it.id)
    start = f"/consultations/{matter.slug}"
    files = (f"/documents/{document.id}", f"/interpretation/{it.id}/picture")
    for page in ("/changes", "/interpretation", f"/interpretation/{it.id}", *files):
        assert client.get(start + page).status_code == 404, page
    sign_in(client, author)
    for page in files:
        answer = client.get(start + page)
        assert answer.status_code == 200, page
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_taken_down_is_gone_at_once(
    client: FlaskClient, author: User, at_noon: object
) -> None:
    slug = supplied(author).slug
    address = f"/consultations/{slug}"
    assert "改了哪些" in client.get(address).text
    with clock.fixed(NOON), transaction():
        operations.remove_document(actor_of(author), slug, 1, "版本有误")
        operations.withdraw_interpretation(actor_of(author), slug, 1)
    page = client.get(address).text
    assert "版本有误" in page
    assert "改了哪些" not in page
    assert "为什么三日" not in page
    assert client.get(f"{address}/documents/1").status_code == 404


@pytest.mark.parametrize(
    ("outcome", "word", "told"),
    [
        (DecisionOutcome.ISSUED, "已定稿", "已经印发："),
        (DecisionOutcome.DROPPED, "已终止", "决定不再制定"),
    ],
)
def test_the_end_of_a_matter_is_told_on_its_page(
    client: FlaskClient,
    author: User,
    at_noon: object,
    outcome: DecisionOutcome,
    word: str,
    told: str,
) -> None:
    slug = a_consultation("sealed", author=author).slug
    officer = a_user(Role.OFFICER, author.department)
    fields = DecisionFields(outcome, date(2026, 5, 29), "照明办法", note="意见不一致，以后再议。")
    with clock.fixed(NOON), transaction():
        operations.record_decision(actor_of(officer), slug, fields)
    page = client.get(f"/consultations/{slug}").text
    assert word in page
    assert told in page


def test_a_decision_that_is_late_says_so(client: FlaskClient, author: User) -> None:
    slug = a_consultation("sealed", author=author, decision_due_on=date(2026, 6, 30)).slug
    with clock.fixed(datetime(2026, 6, 30, 15, 0, tzinfo=UTC)):
        assert "已超过预计的日期" not in client.get(f"/consultations/{slug}").text
    with clock.fixed(datetime(2026, 6, 30, 17, 0, tzinfo=UTC)):
        assert "已超过预计的日期" in client.get(f"/consultations/{slug}").text
