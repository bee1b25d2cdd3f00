"""Writing several, sending them at once, correcting, asking for lost codes: without script."""

from __future__ import annotations

import html
import io
import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.comments import operations
from participation.comments.baskets import Basket
from participation.comments.copy_pdf import Copy, pdf_of
from participation.comments.models import Attachment, Comment, Sending
from participation.consultations.models import Consultation
from participation.consultations.queries import clauses_of, current_draft
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job
from participation.rulebook.removal import RestrictionReason
from tests.conftest import NOON
from tests.factories.accounts import sign_in
from tests.factories.adoption import run_worker
from tests.factories.comments import a_comment, an_officer_of
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")

WORDS = {"stance": "suggest", "body": "建议写明谁来修灯。", "submission_key": "key-1"}
SENDER = {"respondent_kind": "person", "name": "陈晓", "contact": "chen@example.cn"}


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


def article(consultation: Consultation, label: str = "第三条") -> str:
    draft = current_draft(consultation.id)
    assert draft
    return next(row.key for row in clauses_of(draft.id) if row.label == label)


def post(client: FlaskClient, consultation: Consultation, act: str, **data: str) -> TestResponse:
    path = f"/consultations/{consultation.slug}/basket"
    return client.post(path, data={**SENDER, "act": act, **data})


def field(page: TestResponse, name: str) -> str:
    """What a page's form carries in a field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, name
    return html.unescape(found.group(1))


def basket_of(page: TestResponse) -> str:
    return field(page, "basket")


def stored() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.number)))


def test_two_are_written_looked_over_and_sent_with_one_receipt(
    client: FlaskClient, consultation: Consultation
) -> None:
    key = article(consultation)
    first = post(client, consultation, "add", **WORDS)
    writing = post(client, consultation, "write", basket=basket_of(first), clause=key)
    assert "损坏的在三日内修好" in writing.text
    assert field(writing, "name") == "陈晓"
    second = {**WORDS, "clause": key, "body": "三日改五日。", "submission_key": "key-2"}
    listed = post(client, consultation, "add", basket=basket_of(writing), **second)
    assert "提交这 2 条意见" in listed.text
    assert stored() == []
    sent = post(
        client,
        consultation,
        "send",
        basket=basket_of(listed),
        submission_key=field(listed, "submission_key"),
    )
    assert sent.status_code == 303
    kept = stored()
    assert [(each.body, each.clause.key if each.clause else None) for each in kept] == [
        ("建议写明谁来修灯。", None),
        ("三日改五日。", key),
    ]
    page = client.get(sent.location)
    assert "您的 2 条意见已收到" in page.text
    for each in kept:
        assert f"/receipt/{each.receipt}" in page.text
    assert f'data-basket-sent="{consultation.slug}"' in page.text
    assert "data-basket-sent" not in client.get(sent.location).text
    assert page.headers["Cache-Control"] == "no-store"


def test_one_can_be_changed_and_dropped_before_the_sending(
    client: FlaskClient, consultation: Consultation
) -> None:
    listed = post(client, consultation, "add", **WORDS)
    editing = post(client, consultation, "edit:key-1", basket=basket_of(listed))
    assert "建议写明谁来修灯。" in editing.text
    changed = {**WORDS, "body": "改过的一条"}
    listed = post(client, consultation, "add", basket=basket_of(editing), **changed)
    assert [each["body"] for each in Basket.read(basket_of(listed)).items] == ["改过的一条"]
    dropped = post(client, consultation, "drop:key-1", basket=basket_of(listed))
    assert basket_of(dropped) == "[]"
    assert "意见篮是空的" in dropped.text


def test_what_cannot_be_taken_is_told_at_its_place_and_nothing_is_stored(
    client: FlaskClient, consultation: Consultation
) -> None:
    items = [
        {**WORDS, "submission_key": "a"},
        {**WORDS, "submission_key": "b", "clause": "no-such-clause"},
    ]
    page = post(client, consultation, "send", basket=json.dumps(items), submission_key="s")
    assert page.status_code == 422
    assert "第 2 条有地方要改" in page.text
    assert "草案里没有这一条" in page.text
    assert basket_of(page) == str(Basket.read(json.dumps(items)))
    assert stored() == []


def test_who_speaks_is_asked_once_and_carried_along(
    client: FlaskClient, consultation: Consultation
) -> None:
    listed = post(client, consultation, "add", **WORDS)
    writing = post(client, consultation, "write", basket=basket_of(listed), opened="kept")
    assert "您代表谁" not in writing.text
    assert field(writing, "contact") == "chen@example.cn"
    assert field(writing, "respondent_kind") == "person"
    assert "您代表谁" in listed.text


def test_files_chosen_with_one_of_several_go_with_it(
    client: FlaskClient, consultation: Consultation
) -> None:
    path = f"/consultations/{consultation.slug}/basket"
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    data = {**WORDS, **SENDER, "act": "add", "file": (io.BytesIO(picture.getvalue()), "灯.png")}
    listed = client.post(path, data=data, content_type="multipart/form-data")
    assert "附件 1 个" in listed.text
    sent = post(client, consultation, "send", basket=basket_of(listed), submission_key="s")
    assert sent.status_code == 303
    (comment,) = stored()
    assert db.session.scalars(select(Attachment.comment_id)).all() == [comment.id]


def test_a_second_click_leads_to_the_same_page(
    client: FlaskClient, consultation: Consultation
) -> None:
    basket = json.dumps([WORDS])
    first = post(client, consultation, "send", basket=basket, submission_key="s")
    again = post(client, consultation, "send", basket=basket, submission_key="s")
    assert first.location == again.location
    assert len(stored()) == 1


@pytest.mark.parametrize(
    "junk", ["", "x", "{}", "[1]", '[{"body": 3}]', "[" * 5000, '[{"submission_key":"k"}]']
)
def test_junk_in_the_carried_list_is_left_out(
    client: FlaskClient, consultation: Consultation, junk: str
) -> None:
    page = post(client, consultation, "list", basket=junk)
    assert page.status_code == 200
    assert basket_of(page) == "[]"


def test_too_many_and_too_much_are_told_before_the_sending(
    client: FlaskClient, consultation: Consultation
) -> None:
    full = json.dumps([{**WORDS, "submission_key": f"k{place}"} for place in range(20)])
    page = post(client, consultation, "add", basket=full, **WORDS)
    assert "一次最多提交 20 条" in page.text
    long = json.dumps([{**WORDS, "submission_key": f"k{n}", "body": "长" * 4000} for n in range(3)])
    page = post(client, consultation, "add", basket=long, **{**WORDS, "body": "长" * 4500})
    assert page.status_code == 422
    assert "16000" in page.text
    assert len(page.data) < 150_000
    assert len(post(client, consultation, "list", basket=long).data) < 150_000


def test_a_worn_out_page_comes_back_with_all_that_was_typed(
    app: Flask, client: FlaskClient, consultation: Consultation
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    path = f"/consultations/{consultation.slug}"
    page = client.post(f"{path}/comment", data={**WORDS, **SENDER})
    assert page.status_code == 422
    assert "您写的内容都在" in page.text
    assert "建议写明谁来修灯。" in page.text
    token = field(page, "csrf_token")
    sent = client.post(f"{path}/comment", data={**WORDS, **SENDER, "csrf_token": token})
    assert sent.status_code == 303
    listed = post(client, consultation, "send", basket=json.dumps([WORDS]), submission_key="s")
    assert listed.status_code == 422
    assert "建议写明谁来修灯。" in listed.text
    assert field(listed, "submission_key") == "s"
    assert len(stored()) == 1


def test_after_the_close_what_was_written_is_handed_back(
    client: FlaskClient, consultation: Consultation
) -> None:
    closed = a_consultation("closed")
    page = post(client, closed, "send", basket=json.dumps([WORDS]), submission_key="s")
    assert page.status_code == 403
    assert "建议写明谁来修灯。" in page.text
    assert stored() == []


def correct(client: FlaskClient, comment: Comment, **data: str) -> TestResponse:
    given = {"stance": "oppose", "body": "第二稿", "respondent_kind": "person", "seen": "0"}
    return client.post(f"/receipt/{comment.receipt}/correct", data={**given, **data})


def test_the_receipt_leads_to_the_correction_and_shows_both_versions(
    client: FlaskClient, consultation: Consultation
) -> None:
    made = a_comment(consultation, at=NOON, body="第一稿")
    assert f"/receipt/{made.receipt}/correct" in client.get(f"/receipt/{made.receipt}").text
    assert "第一稿" in client.get(f"/receipt/{made.receipt}/correct").text
    assert correct(client, made).status_code == 303
    page = client.get(f"/receipt/{made.receipt}")
    assert "第一稿" in page.text
    assert "第二稿" in page.text
    assert "您修改了内容" in page.text
    behind = correct(client, made, body="另一个窗口")
    assert behind.status_code == 422
    assert "别处" in behind.text
    assert "另一个窗口" in behind.text
    assert correct(client, made, body="另一个窗口", seen=field(behind, "seen")).status_code == 303


def test_the_desk_shows_that_and_what_was_corrected(
    client: FlaskClient, consultation: Consultation
) -> None:
    made = a_comment(consultation, at=NOON, body="第一稿", released=True)
    correct(client, made)
    desk = sign_in(client, an_officer_of(consultation))
    page = desk.get(f"/desk/consultations/{consultation.slug}/comments/{made.number}")
    assert "提交人修改" in page.text
    assert "第一稿" in page.text
    history = desk.get(f"/desk/consultations/{consultation.slug}/history").text
    assert "由提交人修改（第 2 稿）" in history


def test_words_that_were_changed_since_the_page_was_made_are_not_shown_unread(
    client: FlaskClient, consultation: Consultation
) -> None:
    made = a_comment(consultation, at=NOON, body="第一稿")
    officer = an_officer_of(consultation)
    path = f"/desk/consultations/{consultation.slug}/comments"
    seen_at = (NOON - timedelta(minutes=1)).isoformat()
    correct(client, made)
    desk = sign_in(client, officer)
    act = {"action": "release", "selected": made.id, "next": path}
    for stale in ({"seen_at": seen_at}, {}, {"seen_at": "yesterday"}):
        page = desk.post(f"{path}/act", data={**act, **stale}, follow_redirects=True)
        assert "请看过新的内容再公开" in page.text
        assert stored()[0].published_at is None
    every = {"action": "release_all", "confirmed": "1", "seen_at": seen_at}
    desk.post(f"{path}/act", data=every)
    assert stored()[0].published_at is None
    fresh = field(desk.get(path), "seen_at")
    desk.post(f"{path}/act", data={**act, "seen_at": fresh})
    assert stored()[0].published_at is not None


def test_a_correction_stays_on_the_clause_it_was_sent_on(
    client: FlaskClient, consultation: Consultation
) -> None:
    key = article(consultation)
    made = a_comment(consultation, at=NOON, clause_key=key)
    correct(client, made, clause=article(consultation, "第一条"))
    (kept,) = stored()
    assert kept.clause is not None
    assert kept.clause.key == key


def test_after_the_close_a_correction_is_handed_back(client: FlaskClient) -> None:
    closed = a_consultation("closed")
    made = a_comment(closed)
    page = correct(client, made, body="来晚了")
    assert page.status_code == 403
    assert "来晚了" in page.text


def test_mails_are_switched_off_and_on(client: FlaskClient, consultation: Consultation) -> None:
    made = a_comment(consultation, at=NOON, contact="chen@example.cn")
    assert "不再发邮件" in client.get(f"/receipt/{made.receipt}").text
    client.post(f"/receipt/{made.receipt}/mail", data={"wanted": "0"})
    assert stored()[0].is_mail_wanted is False
    client.post(f"/receipt/{made.receipt}/mail", data={"wanted": "1"})
    assert stored()[0].is_mail_wanted is True


def mails(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(each.getMessage() for each in caplog.records)


def test_lost_codes_are_asked_for_alike_by_known_and_unknown_addresses(
    app: Flask, client: FlaskClient, consultation: Consultation
) -> None:
    a_comment(consultation, at=NOON, contact="Chen@Example.cn")
    answers = []
    for address in ("chen@example.cn", "nobody@example.cn"):
        answer = client.post("/receipt/lost", data={"contact": address})
        answers.append((answer.status_code, answer.location, answer.text))
    assert answers[0] == answers[1]
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.kind == "comments.send_codes")).all()
    assert len(jobs) == 2
    assert not any("example" in json.dumps(each.payload) for each in jobs)
    # Within the hour it is one mail.
    client.post("/receipt/lost", data={"contact": "CHEN@example.cn"})
    db.session.rollback()
    assert len(db.session.scalars(select(Job).where(Job.kind == "comments.send_codes")).all()) == 2


def test_the_codes_go_to_the_contact_and_nobody_else(
    app: Flask,
    client: FlaskClient,
    consultation: Consultation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from participation.kernel.mailer import Mailer

    posted: list[tuple[str, str]] = []
    monkeypatch.setattr(
        Mailer, "post", lambda _self, to, letter, **_more: posted.append((to, letter.text))
    )
    mine = a_comment(consultation, at=NOON, contact="chen@example.cn")
    other = a_comment(consultation, at=NOON, contact="li@example.cn")
    run_worker(NOON)
    posted.clear()
    client.post("/receipt/lost", data={"contact": "chen@example.cn"})
    client.post("/receipt/lost", data={"contact": "nobody@example.cn"})
    run_worker(NOON)
    ((to, text),) = posted
    assert to == "chen@example.cn"
    assert mine.receipt in text
    assert other.receipt not in text


def test_a_telephone_cannot_get_codes(client: FlaskClient, context: Flask) -> None:
    page = client.post("/receipt/lost", data={"contact": "13800000000"})
    assert page.status_code == 422


def text_of(pdf: bytes) -> str:
    """The words of a PDF, spaces left out."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", "", "".join(each.extract_text() for each in pages))


def test_the_copy_holds_what_was_sent_and_runs_nothing_of_it(
    client: FlaskClient, consultation: Consultation
) -> None:
    body = '#panic("x") *粗* $x$ #read("/etc/passwd") <a>'
    basket = json.dumps([{**WORDS, "body": body}, {**WORDS, "submission_key": "b"}])
    sent = post(client, consultation, "send", basket=basket, submission_key="s")
    answer = client.post(f"{sent.location}/copy")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert b"pdfuaid" in answer.data
    found = text_of(answer.data)
    assert body.replace(" ", "") in found
    assert "建议写明谁来修灯。" in found
    one = client.post(f"/receipt/{stored()[1].receipt}/copy")
    assert "建议写明谁来修灯。" in text_of(one.data)
    assert "chen@example.cn" not in found


def test_a_sign_that_no_font_has_does_not_stop_the_copy() -> None:
    copy = Copy(
        lang="zh",
        title="回执 𠮷",
        matter="",
        facts=[],
        items=[],
        qr='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
        qr_words="码",
        page_words="{page}/{total}",
    )
    assert pdf_of(copy).startswith(b"%PDF")


def test_the_copy_of_a_locked_opinion_has_no_words(
    client: FlaskClient, consultation: Consultation
) -> None:
    made = a_comment(consultation, at=NOON, body="锁定的内容")
    with transaction():
        operations.restrict(SYSTEM, consultation.slug, made.number, RestrictionReason.ARCHIVE_DUTY)
    copied = client.post(f"/receipt/{made.receipt}/copy")
    assert "锁定的内容" not in text_of(copied.data)


def test_a_sendings_code_is_found_where_codes_are_typed(
    client: FlaskClient, consultation: Consultation
) -> None:
    post(client, consultation, "send", basket=json.dumps([WORDS]), submission_key="s")
    code = db.session.scalars(select(Sending.code)).one()
    found = client.post("/receipt", data={"code": code.lower()})
    assert found.location == f"/sending/{code}"
    assert client.get(f"/sending/{code}/qr.svg").mimetype == "image/svg+xml"
    assert client.get("/sending/0000000000000000").status_code == 404
