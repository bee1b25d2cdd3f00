"""The pages of opinions through a browser without script: what they take, refuse and keep."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.comments import operations, queries
from participation.comments.models import Comment
from participation.comments.rules import Channel, Outcome, ProposalKind, Visibility
from participation.comments.story import Moment, StoryPart
from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Role
from participation.kernel.db import db, transaction
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.privacy import personal_data_notice
from participation.web import pace
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, sign_in
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.traces import a_photograph

pytestmark = pytest.mark.usefixtures("context", "at_noon")

FORM = {
    "stance": "suggest",
    "body": "建议写明谁来修灯。",
    "proposed_text": "灯坏了，乡镇三日内修好。",
    "respondent_kind": "person",
    "name": "陈晓",
    "contact": "13800000000",
    "submission_key": "key-of-the-form",
}


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


@pytest.fixture
def desk(consultation: Consultation, client: FlaskClient) -> FlaskClient:
    """A browser in which an officer of the department is signed in."""
    return sign_in(client, an_officer_of(consultation))


def words_of(answer: TestResponse) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def send(client: FlaskClient, consultation: Consultation, **changes: str) -> TestResponse:
    return client.post(f"/consultations/{consultation.slug}/comment", data={**FORM, **changes})


def article(consultation: Consultation, label: str) -> str:
    draft = current_draft(consultation.id)
    assert draft
    return next(row.key for row in clauses_of(draft.id) if row.label == label)


def act(client: FlaskClient, consultation: Consultation, **data: object) -> TestResponse:
    path = f"/desk/consultations/{consultation.slug}/comments/act"
    return client.post(path, data=data, follow_redirects=True)


def stored(consultation: Consultation) -> list[Comment]:
    db.session.rollback()
    return (
        db.session.query(Comment)
        .filter_by(consultation_id=consultation.id)
        .order_by(Comment.number)
        .all()
    )


def test_the_form_quotes_the_clause_and_gives_the_notice_before_the_button(
    client: FlaskClient, consultation: Consultation
) -> None:
    key = article(consultation, "第三条")
    page = client.get(f"/consultations/{consultation.slug}/comment?clause={key}")
    assert page.status_code == 200
    assert "损坏的在三日内修好" in page.text
    assert "第二章 管理" in words_of(page)
    for piece in personal_data_notice().pieces:
        assert page.text.index(piece.heading) < page.text.index('type="submit">提交意见')
    assert "县司法局立法科" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_an_unknown_clause_is_not_found(client: FlaskClient, consultation: Consultation) -> None:
    assert client.get(f"/consultations/{consultation.slug}/comment?clause=x").status_code == 404


def test_a_sent_form_leads_to_its_receipt_and_sent_again_to_the_same(
    client: FlaskClient, consultation: Consultation
) -> None:
    first = send(client, consultation, clause=article(consultation, "第三条"))
    again = send(client, consultation, body="改了的话")
    (comment,) = stored(consultation)
    assert first.status_code == again.status_code == 303
    assert first.location == again.location == f"/receipt/{comment.receipt}"
    assert comment.body == FORM["body"]
    assert comment.channel is Channel.WEB
    page = client.get(first.location)
    assert "您的意见已收到" in page.text
    assert 'data-sent="comment:' in page.text
    assert "第三条" in page.text
    assert "陈晓" not in page.text
    assert "13800000000" not in page.text
    assert "您的意见已收到" not in client.get(first.location).text


def test_a_citizen_who_is_signed_in_finds_it_in_the_own_list(
    client: FlaskClient, consultation: Consultation
) -> None:
    sign_in(client, a_user(Role.CITIZEN))
    receipt = send(client, consultation).location
    assert stored(consultation)[0].channel is Channel.ACCOUNT
    assert receipt in client.get("/account/comments").text


def test_a_guest_has_no_own_list(client: FlaskClient) -> None:
    assert client.get("/account/comments").status_code in (302, 303)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"body": " \u200b "}, "请写下您的意见"),
        ({"body": "字" * 5001}, "现在有 5001 字"),
        ({"stance": ""}, "请选择赞成、反对或者建议修改"),
        ({"stance": "maybe"}, "要改"),
        ({"contact": "138"}, "一个电话号码或者一个电子邮箱"),
        ({"name": "名" * 61}, "现在有 61 字"),
        ({"submission_key": "k" * 81}, "要改"),
        ({"submission_key": "有汉字"}, "submission_key"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, consultation: Consultation, changes: dict[str, str], message: str
) -> None:
    page = send(client, consultation, **changes)
    assert page.status_code == 422
    assert message in words_of(page)
    assert "处要改" in page.text
    assert html.escape(FORM["proposed_text"]) in page.text
    assert html.escape({**FORM, **changes}["body"].strip(" \u200b")) in page.text
    assert stored(consultation) == []


def test_five_thousand_characters_go_through_with_line_ends_of_two(
    client: FlaskClient, consultation: Consultation
) -> None:
    body = "\r\n".join(["字" * 99] * 50) + "尾"
    assert len(body) > 5000
    assert send(client, consultation, body=body).status_code == 303
    assert len(stored(consultation)[0].body) == 5000


def test_a_filled_honeypot_is_refused_politely_and_keeps_the_text(
    client: FlaskClient, consultation: Consultation
) -> None:
    page = send(client, consultation, website="http://spam.example")
    assert page.status_code == 422
    assert "再按一次" in page.text
    assert FORM["body"] in page.text
    assert "spam.example" not in page.text
    assert stored(consultation) == []


@pytest.mark.parametrize("changes", [{}, {"contact": "not a contact"}])
def test_one_second_after_the_close_the_refusal_keeps_every_typed_word(
    client: FlaskClient, consultation: Consultation, changes: dict[str, str]
) -> None:
    assert consultation.closes_at
    with clock.fixed(consultation.closes_at + timedelta(seconds=1)):
        page = send(client, consultation, **changes)
        empty = client.get(f"/consultations/{consultation.slug}/comment")
    assert page.status_code == empty.status_code == 403
    assert "征求意见已经截止" in page.text
    for name in ("body", "proposed_text", "name", "contact"):
        assert {**FORM, **changes}[name] in page.text
    assert "24:00" in page.text
    assert "已经截止" in empty.text


def test_a_form_resent_after_the_close_still_leads_to_its_receipt(
    client: FlaskClient, consultation: Consultation
) -> None:
    assert consultation.closes_at
    receipt = send(client, consultation).location
    with clock.fixed(consultation.closes_at + timedelta(hours=1)):
        assert send(client, consultation).location == receipt


def test_before_the_opening_the_page_says_when_it_begins(client: FlaskClient) -> None:
    consultation = a_consultation("forthcoming")
    page = client.get(f"/consultations/{consultation.slug}/comment")
    assert page.status_code == 403
    assert "尚未开始" in page.text


def test_an_unpublished_matter_is_not_found(client: FlaskClient) -> None:
    consultation = a_consultation("in_review")
    assert client.get(f"/consultations/{consultation.slug}/comment").status_code == 404
    assert send(client, consultation).status_code == 404


@pytest.mark.settings(rate_limits="submit=2/minute,receipt=2/minute")
def test_too_many_posts_are_slowed_down_and_the_text_is_handed_back(
    client: FlaskClient, consultation: Consultation
) -> None:
    with clock.fixed(NOON - timedelta(minutes=2)):
        opened = pace.stamp()
    for number in range(2):
        sent = send(client, consultation, submission_key=f"k{number}", opened=opened)
        assert sent.status_code == 303
    page = send(client, consultation, submission_key="k3", opened=opened)
    assert page.status_code == 429
    assert FORM["body"] in page.text
    for _ in range(2):
        client.post("/receipt", data={"code": "x"})
    assert client.post("/receipt", data={"code": "x"}).status_code == 429


def test_hostile_words_are_shown_as_words(client: FlaskClient, consultation: Consultation) -> None:
    attack = "<script>alert(1)</script>\"'{{7*7}}"
    receipt = send(client, consultation, body=attack, proposed_text=attack, name=attack).location
    page = client.get(receipt)
    assert "<script>alert" not in page.text
    assert html.escape("{{7*7}}") in page.text


def test_a_receipt_is_found_by_its_code_in_any_writing(
    client: FlaskClient, consultation: Consultation
) -> None:
    comment = a_comment(consultation)
    assert client.get("/receipt").status_code == 200
    answer = client.post("/receipt", data={"code": f" {comment.receipt.lower()} "})
    assert (answer.status_code, answer.location) == (303, f"/receipt/{comment.receipt}")


@pytest.mark.parametrize("code", ["", "ABCD", "0" * 16, "x" * 500])
def test_a_wrong_code_is_told_and_kept(client: FlaskClient, code: str) -> None:
    page = client.post("/receipt", data={"code": code})
    assert page.status_code in (404, 422)
    assert "要改" in page.text
    assert f'value="{code}"' in page.text
    if code:
        assert client.get(f"/receipt/{code}").status_code == 404


def test_a_receipt_page_is_nobody_elses(client: FlaskClient, consultation: Consultation) -> None:
    answer = client.get(f"/receipt/{a_comment(consultation).receipt}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_receipt_tells_each_stage(client: FlaskClient, consultation: Consultation) -> None:
    def told(comment: Comment) -> str:
        return words_of(client.get(f"/receipt/{comment.receipt}"))

    comment = a_comment(consultation, body="我的电话是13800000000。")
    assert "等待工作人员审看" in told(comment)
    with transaction():
        operations.withhold(SYSTEM, consultation.slug, comment.id, WithholdingReason.PERSONAL_DATA)
    page = told(comment)
    assert WithholdingReason.PERSONAL_DATA.label in page
    assert WithholdingReason.PERSONAL_DATA.explanation in page
    with transaction():
        operations.release(SYSTEM, consultation.slug, [comment.id])
    assert "已公开显示" in told(comment)
    assert "承办单位研究并答复" in told(comment)


def test_a_repetition_is_told(client: FlaskClient, consultation: Consultation) -> None:
    first, second = a_comment(consultation), a_comment(consultation)
    with transaction():
        operations.mark_duplicate(SYSTEM, second.id, first.id)
    assert "与另一条意见内容相同" in client.get(f"/receipt/{second.receipt}").text


def test_a_higher_feature_adds_its_part_of_the_story(
    client: FlaskClient, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = a_comment(consultation)
    part = StoryPart(
        label="已采纳：%(title)s", params={"title": "修灯"}, moment=Moment.NOW, words="<b>理由</b>"
    )
    monkeypatch.setattr("participation.comments.story.tellers", [lambda _comment: part])
    page = client.get(f"/receipt/{comment.receipt}")
    assert "已采纳：修灯" in page.text
    assert "&lt;b&gt;理由" in page.text
    assert "承办单位研究并答复" not in page.text


def test_the_qr_picture_holds_the_receipts_address(
    client: FlaskClient, consultation: Consultation
) -> None:
    answer = client.get(f"/receipt/{a_comment(consultation).receipt}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.count("<svg") == 1
    assert client.get(f"/receipt/{'0' * 16}/qr.svg").status_code == 404


def test_withdrawing_asks_once_more_and_changes_nothing_by_looking(
    client: FlaskClient, consultation: Consultation
) -> None:
    comment = a_comment(consultation, released=True)
    path = f"/receipt/{comment.receipt}/withdraw"
    page = client.get(path)
    assert "要撤回这条意见吗" in page.text
    assert stored(consultation)[0].outcome is Outcome.PENDING
    done = client.post(path, follow_redirects=True)
    assert "您已撤回这条意见" in done.text
    assert stored(consultation)[0].outcome is Outcome.WITHDRAWN
    assert "已经撤回" in client.post(path, follow_redirects=True).text
    assert "确认撤回" not in client.get(path).text


def test_the_pages_take_few_statements(client: FlaskClient, consultation: Consultation) -> None:
    from tests.comments.test_queries import statements

    key, receipt = article(consultation, "第三条"), a_comment(consultation).receipt
    db.session.rollback()
    for path in (f"/consultations/{consultation.slug}/comment?clause={key}", f"/receipt/{receipt}"):
        with statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 6, [statement for statement, _ in seen]


# The desk


def test_the_queue_marks_what_is_personal_and_names_no_contact_and_no_receipt(
    desk: FlaskClient, consultation: Consultation
) -> None:
    comment = a_comment(
        consultation, body="电话13800000000，路灯坏了。", contact="13911112222", name="陈晓"
    )
    for path in ("", f"/{comment.number}"):
        page = desk.get(f"/desk/consultations/{consultation.slug}/comments{path}")
        assert page.status_code == 200
        assert re.search(r"<mark[^>]*>13800000000</mark>", page.text)
        assert "13911112222" not in page.text
        assert "陈晓" not in page.text
        assert comment.receipt not in page.text
    assert "139****2222" in page.text
    assert "陈**" in page.text


def test_the_queue_says_why_it_is_empty(desk: FlaskClient, consultation: Consultation) -> None:
    path = f"/desk/consultations/{consultation.slug}/comments"
    assert "还没有收到意见" in desk.get(path).text
    a_comment(consultation, released=True)
    assert "没有待审看的意见" in desk.get(path).text
    assert "筛选内没有意见" in desk.get(f"{path}?channel=letter").text


def test_a_full_queue_is_paged_and_stays_small(
    desk: FlaskClient, consultation: Consultation
) -> None:
    from tests.comments.test_queries import many

    many(consultation, 130, visibility=Visibility.WAITING, published_at=None, body="长" * 5000)
    path: str | None = f"/desk/consultations/{consultation.slug}/comments"
    seen: list[str] = []
    while path:
        page = desk.get(path)
        assert len(page.data) < 150_000
        seen += re.findall(r'name="selected" value="(\d+)"', page.text)
        onward = re.search(r'rel="(?:next|prev)" href="([^"]+)"', page.text)
        path = html.unescape(onward.group(1)) if onward else None
    assert len(seen) == len(set(seen)) == 130


def test_ticked_opinions_are_released_withheld_and_marked(
    desk: FlaskClient, consultation: Consultation
) -> None:
    one, two, three = (a_comment(consultation).id for _ in range(3))
    assert "请先勾选意见" in act(desk, consultation, action="release").text
    assert "已公开 2 条" in act(desk, consultation, action="release", selected=[one, two]).text
    page = act(desk, consultation, action="withhold", selected=[three])
    assert "请选择不公开的原因" in page.text
    page = act(desk, consultation, action="withhold", selected=[three], reason="insult")
    assert "1 条意见不公开" in page.text
    page = act(desk, consultation, action="duplicate", selected=[two], original="1")
    assert "与第 1 号重复" in page.text
    assert (
        "没有这个编号"
        in act(desk, consultation, action="duplicate", selected=[two], original="99").text
    )
    rows = stored(consultation)
    assert [row.visibility for row in rows] == ["released", "released", "withheld"]
    assert rows[1].outcome is Outcome.DUPLICATE
    act(desk, consultation, action="unmark", selected=[two])
    assert stored(consultation)[1].outcome is Outcome.PENDING


def test_all_that_wait_go_out_only_after_asking_once_more(
    desk: FlaskClient, consultation: Consultation
) -> None:
    for channel in (Channel.WEB, Channel.WEB, Channel.API):
        a_comment(consultation, channel=channel)
    path = f"/desk/consultations/{consultation.slug}/comments/act?channel=api"
    asked = desk.post(path, data={"action": "release_all"})
    assert "要公开 1 条待审看的意见吗" in asked.text
    assert {row.visibility for row in stored(consultation)} == {Visibility.WAITING}
    desk.post(path, data={"action": "release_all", "confirmed": "1"})
    assert [row.visibility for row in stored(consultation)].count(Visibility.RELEASED) == 1
    page = act(desk, consultation, action="release_all", confirmed="1")
    assert "已公开 2 条意见，还有 0 条待审看" in page.text


def test_one_is_found_by_number_or_receipt(desk: FlaskClient, consultation: Consultation) -> None:
    comment = a_comment(consultation)
    path = f"/desk/consultations/{consultation.slug}/comments"
    for wanted in ("1", comment.receipt.lower()):
        assert desk.get(path, query_string={"find": wanted}).location == f"{path}/1"
    other = a_comment(a_consultation("open"))
    for wanted in ("7", "²", "x" * 90, other.receipt):
        page = desk.get(path, query_string={"find": wanted}, follow_redirects=True)
        assert "没有找到" in page.text


def test_who_may_not_moderate_looks_only_and_strangers_see_nothing(
    client: FlaskClient, app: Flask, consultation: Consultation
) -> None:
    comment = a_comment(consultation, contact="13911112222")
    path = f"/desk/consultations/{consultation.slug}/comments"
    drafter = sign_in(client, a_user(Role.DRAFTER, consultation.department))
    page = drafter.get(f"{path}/1")
    assert page.status_code == 200
    assert "只有本部门的办理人可以办理" in page.text
    assert "139****2222" not in page.text
    for action in ("release", "release_all"):
        act(drafter, consultation, action=action, selected=[comment.id])
    assert stored(consultation)[0].visibility is Visibility.WAITING
    stranger = sign_in(app.test_client(), a_user(Role.OFFICER, a_department("云溪县水利局")))
    for method, place in (("GET", ""), ("GET", "/1"), ("GET", "/enter"), ("POST", "/act")):
        assert stranger.open(path + place, method=method).status_code == 403
    citizen = sign_in(app.test_client(), a_user(Role.CITIZEN))
    assert citizen.get(path).status_code == 403
    assert app.test_client().get(path).status_code == 302


def test_a_telephone_call_is_entered_and_the_next_one_begins_alike(
    desk: FlaskClient, consultation: Consultation
) -> None:
    path = f"/desk/consultations/{consultation.slug}/comments/enter"
    page = desk.get(path)
    assert 'value="2026-06-01"' in page.text
    key = article(consultation, "第二条")
    given = {**FORM, "channel": "letter", "said_on": "2026-05-28", "clause": key}
    answer = desk.post(path, data=given)
    assert answer.status_code == 303
    assert "channel=letter" in answer.location
    assert "day=2026-05-28" in answer.location
    comment = stored(consultation)[0]
    assert (comment.channel, str(comment.said_on)) == (Channel.LETTER, "2026-05-28")
    following = desk.get(answer.location)
    assert "已录入第 1 号" in following.text
    assert 'value="2026-05-28"' in following.text
    desk.post(path, data=given)
    assert len(stored(consultation)) == 1


def test_what_a_letter_wants_changed_of_an_article_is_shown_as_a_change(
    desk: FlaskClient, client: FlaskClient, consultation: Consultation
) -> None:
    path = f"/desk/consultations/{consultation.slug}/comments"
    assert "在后面加上" in desk.get(f"{path}/enter").text
    given = {**FORM, "channel": "letter", "said_on": "2026-05-28", "proposal_kind": "add_after"}
    given |= {"clause": article(consultation, "第二条"), "proposed_text": "灯杆上写明报修电话。"}
    assert desk.post(f"{path}/enter", data=given).status_code == 303
    comment = stored(consultation)[0]
    assert comment.proposal_kind is ProposalKind.ADD_AFTER
    assert "照此修改，条文是" in desk.get(f"{path}/{comment.number}").text
    act(desk, consultation, action="release", selected=[comment.id])
    shown = client.get(f"/consultations/{consultation.slug}/comments").text
    assert re.search(r"<ins><span[^>]*>【增加】</span>\s*灯杆上写明报修电话。", shown)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"said_on": "2026-06-02"}, "不能晚于今天"),
        ({"said_on": "2026-02-31"}, "要改"),
        ({"channel": "web"}, "要改"),
        ({"clause": "x"}, "要改"),
        ({"body": ""}, "请写下您的意见"),
        ({"proposal_kind": "change"}, "选定一条"),
        ({"proposal_kind": "delete"}, "不用写新的文字"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_told_and_kept(
    desk: FlaskClient, consultation: Consultation, changes: dict[str, str], message: str
) -> None:
    path = f"/desk/consultations/{consultation.slug}/comments/enter"
    page = desk.post(path, data={**FORM, "channel": "phone", "said_on": "2026-05-28", **changes})
    assert page.status_code == 422
    assert message in words_of(page)
    assert FORM["proposed_text"] in page.text
    assert stored(consultation) == []


def test_a_letter_that_was_in_time_may_be_entered_after_the_sealing(client: FlaskClient) -> None:
    consultation = a_consultation("sealed")
    officer = sign_in(client, an_officer_of(consultation))
    with clock.fixed(NOON + timedelta(days=1)):
        page = officer.get(f"/desk/consultations/{consultation.slug}/comments/enter")
    assert page.status_code == 200
    assert "保存，录入下一条" in page.text


def test_the_scan_of_a_letter_and_its_place_are_kept_with_the_opinion_and_never_shown(
    desk: FlaskClient, client: FlaskClient, consultation: Consultation
) -> None:
    path = f"/desk/consultations/{consultation.slug}/comments/enter"
    given = {**FORM, "channel": "letter", "said_on": "2026-05-28", "said_at_place": "桥头村"}
    scan = (io.BytesIO(a_photograph("PNG")), "来信.png")
    page = desk.post(path, data={**given, "act": "attach", "file": scan})
    found = re.search(r'name="files"[^>]*value="([0-9a-f]{32})"', page.text)
    assert found is not None
    assert stored(consultation) == []
    answer = desk.post(path, data={**given, "files": found[1]})
    assert answer.status_code == 303
    (comment,) = stored(consultation)
    assert comment.said_at_place == "桥头村"
    (file,) = queries.files_of(comment)
    assert not file.is_public
    detail = desk.get(f"/desk/consultations/{consultation.slug}/comments/1")
    assert "桥头村" in detail.text
    with transaction():
        operations.release(SYSTEM, consultation.slug, [comment.id])
    public = f"/consultations/{consultation.slug}/comments/1"
    assert client.get(f"{public}/files/1").status_code == 404
    with transaction():
        operations.withdraw(comment.receipt)
    db.session.expire_all()
    assert stored(consultation)[0].said_at_place == ""


def test_scans_are_taken_from_officers_after_the_close_too_and_from_nobody_else(
    desk: FlaskClient, app: Flask, consultation: Consultation
) -> None:
    path = f"/desk/consultations/{consultation.slug}/comments/attachments"
    with clock.fixed(NOON + timedelta(days=60)):
        answer = desk.post(path, data={"file": (io.BytesIO(a_photograph("PNG")), "来信.png")})
        assert len(answer.json["ref"]) == 32
        assert desk.post(path).status_code == 422
        drafter = sign_in(app.test_client(), a_user(Role.DRAFTER, consultation.department))
        assert drafter.post(path, data={"file": (io.BytesIO(b"x"), "x.png")}).status_code == 403
