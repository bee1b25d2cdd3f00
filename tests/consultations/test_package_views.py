"""The staff pages of what stands beside a draft: as a clerk uses them, one after the other."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from participation.accounts.models import User
from participation.consultations import queries
from participation.kernel.actor import Role
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.consultations import SMALL_DRAFT, a_consultation

DESK = "/desk/consultations"
pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def author(context: Flask) -> User:
    return a_user(Role.DRAFTER, a_department())


@pytest.fixture
def desk(client: FlaskClient, author: User) -> FlaskClient:
    return sign_in(client, author)


def a_file(data: bytes | str, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data.encode() if isinstance(data, str) else data), name


def a_picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "#1f5673").save(made, "PNG")
    return made.getvalue()


def test_a_text_in_force_is_put_in_and_compared_before_anybody_reads_it(
    author: User, desk: FlaskClient
) -> None:
    slug = a_consultation("drafting", author=author).slug
    place = f"{DESK}/{slug}/documents"
    assert "还没有文件" in desk.get(place).text
    old = a_file(SMALL_DRAFT.replace("三日内修好", "十日内修好"), "现行.txt")
    sent = desk.post(place, data={"kind": "text_in_force", "title": "现行办法", "file": old})
    assert sent.status_code == 303
    page = desk.get(place).text
    assert "现行办法" in page
    assert "逐条看对照" in page
    assert "compared-changed" in desk.get(f"{DESK}/{slug}/comparison").text
    assert desk.get(f"{DESK}/{slug}/comparison?leaf=9").status_code == 404


def test_what_cannot_be_taken_is_said_at_the_file(author: User, desk: FlaskClient) -> None:
    place = f"{DESK}/{a_consultation('drafting', author=author).slug}/documents"
    for name, data, words in (
        ("假.pdf", b"MZ", "不符"),
        ("页面.html", b"<p>", "只接受"),
        ("空.txt", b" ", "没有可读的文字"),
    ):
        answer = desk.post(place, data={"kind": "other", "title": "", "file": a_file(data, name)})
        assert answer.status_code == 422, name
        assert words in answer.text, name
    answer = desk.post(
        place, data={"kind": "text_in_force", "file": a_file(b"PK\x03\x04", "x.docx")}
    )
    assert answer.status_code == 422
    assert "请选择文件" in desk.post(place, data={"kind": "other"}).text


def test_an_unreadable_text_in_force_is_kept_and_the_clerk_told(
    author: User, desk: FlaskClient
) -> None:
    place = f"{DESK}/{a_consultation('drafting', author=author).slug}/documents"
    picture = a_file(a_picture(), "现行.png")
    answer = desk.post(
        place, data={"kind": "text_in_force", "file": picture}, follow_redirects=True
    )
    assert "不能逐条对照" in answer.text


def test_a_public_document_is_taken_down_with_a_reason(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("open", author=author).slug
    note = {"kind": "impact", "title": "评估", "file": a_file("影响不大。", "评估.txt")}
    desk.post(f"{DESK}/{slug}/documents", data=note)
    place = f"{DESK}/{slug}/documents/1/remove"
    assert "请写明撤下的原因" in desk.post(place, data={"removal_note": ""}).text
    desk.post(place, data={"removal_note": "已更换"})
    assert "已更换" in desk.get(f"/consultations/{slug}").text
    assert desk.get(place).status_code == 404


def test_interpretations_are_written_shown_and_taken_back(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("open", author=author).slug
    place = f"{DESK}/{slug}/interpretation"
    sent = {"kind": "questions", "clause": "t3", "title": "谁来修", "body": "没有问答"}
    refused = desk.post(f"{place}/new", data=sent)
    assert refused.status_code == 422
    assert "各起一行" in refused.text
    desk.post(f"{place}/new", data={**sent, "body": "问：谁修？\n答：镇里修。"})
    assert "未公开" in desk.get(place).text
    assert "镇里修" not in desk.get(f"/consultations/{slug}/interpretation").text
    desk.post(f"{place}/1/publish")
    shown = desk.get(f"/consultations/{slug}/interpretation").text
    assert "<dt>谁修？</dt>" in shown
    assert "镇里修。" in shown
    assert "保存后公众立即看到" in desk.get(f"{place}/1").text
    desk.post(f"{place}/1/withdraw")
    desk.post(f"{place}/1/delete")
    assert "还没有解读" in desk.get(place).text


def test_a_picture_keeps_its_place_and_has_words(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("open", author=author).slug
    place = f"{DESK}/{slug}/interpretation"
    sent = {"kind": "picture", "title": "一张图", "picture_words": "谁出钱：县里。"}
    assert "请选择图片" in desk.post(f"{place}/new", data=sent).text
    bad = {**sent, "picture": a_file(b"%PDF-1.7", "x.pdf")}
    assert desk.post(f"{place}/new", data=bad).status_code == 422
    desk.post(f"{place}/new", data={**sent, "picture": a_file(a_picture(), "图.png")})
    desk.post(f"{place}/1/publish")
    shown = desk.get(f"/consultations/{slug}/interpretation").text
    assert 'width="60" height="40"' in shown
    assert "谁出钱：县里。" in shown
    picture = desk.get(f"/consultations/{slug}/interpretation/1/picture")
    assert picture.content_type == "image/png"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    desk.post(f"{place}/1", data={**sent, "title": "改了标题"})
    assert queries.interpretation_by_id(queries.by_slug(slug).id, 1).source_key


def test_what_is_under_review_stays_as_it_is_and_is_seen_by_the_reviewer(
    client: FlaskClient, author: User, desk: FlaskClient
) -> None:
    slug = a_consultation("drafting", author=author, plain_summary="灯坏了三天修好。").slug
    data = {"kind": "impact", "title": "评估报告", "file": a_file("影响不大。", "评估.txt")}
    desk.post(f"{DESK}/{slug}/documents", data=data)
    text = {"kind": "text", "title": "为什么", "body": "因为看不清路。"}
    desk.post(f"{DESK}/{slug}/interpretation/new", data=text)
    desk.post(f"{DESK}/{slug}/submit")
    assert "送审以后" in desk.get(f"{DESK}/{slug}/documents").text
    assert desk.post(f"{DESK}/{slug}/interpretation/1/publish", follow_redirects=True).text.count(
        "送审以后"
    )
    sign_in(client, a_user(Role.REVIEWER, author.department))
    page = client.get(f"{DESK}/{slug}/review").text
    for words in ("评估报告", "因为看不清路。", "灯坏了三天修好。", "夜间出行的人"):
        assert words in page, words


def test_a_decision_is_put_on_record_by_the_officer(client: FlaskClient, author: User) -> None:
    slug = a_consultation("sealed", author=author).slug
    sign_in(client, author)
    assert client.get(f"{DESK}/{slug}/decision").status_code == 403
    sign_in(client, a_user(Role.OFFICER, author.department))
    assert "决策结果" in client.get(f"{DESK}/{slug}").text
    bad = {"outcome": "dropped", "decided_on": "2026-05-30"}
    assert "请向公众说明理由" in client.post(f"{DESK}/{slug}/decision", data=bad).text
    sent = {"outcome": "issued", "decided_on": "2026-05-30", "title": "照明办法", "number": "1号"}
    assert client.post(f"{DESK}/{slug}/decision", data=sent).status_code == 303
    assert "照明办法（1号）" in client.get(f"/consultations/{slug}").text
    assert 'value="1号"' in client.get(f"{DESK}/{slug}/decision").text


def test_another_department_sees_none_of_it(client: FlaskClient, author: User) -> None:
    slug = a_consultation("drafting", author=author).slug
    sign_in(client, a_user(Role.DRAFTER, a_department("别的局")))
    for page in ("documents", "interpretation", "interpretation/new", "comparison", "decision"):
        assert client.get(f"{DESK}/{slug}/{page}").status_code in {403, 404}, page


def test_topics_and_audiences_are_ticked_and_stay_ticked(author: User, desk: FlaskClient) -> None:
    slug = a_consultation("drafting", author=author).slug
    edit = f"{DESK}/{slug}/edit"
    sent = {
        "title": "云溪县夜市管理办法",
        "matter": "major-decision",
        "topics": ["city", "business"],
        "audiences": ["residents"],
        "affects": "夜市\n的人",
        "decision_due_on": "2026-09-01",
    }
    assert desk.post(edit, data=sent).status_code == 303
    found = queries.by_slug(slug)
    assert found.affects == "夜市 的人"
    assert [each.value for each in queries.subjects_of(found.id).topics] == ["business", "city"]
    page = desk.get(edit).text
    for value in ("city", "business", "residents"):
        assert re.search(f'<input checked[^>]* value="{value}"', page), value
    assert desk.post(edit, data={**sent, "topics": ["moon"]}).status_code == 422
