"""The pages of organisations as members use them, without script; a stranger finds none of them."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from participation.accounts.addresses import keep_address
from participation.accounts.models import User
from participation.comments.models import Attachment, Comment
from participation.consultations.models import Consultation
from participation.kernel import clock, jobs
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job
from participation.organisations import queries, rules
from participation.organisations.models import JointOpinion
from tests.accounts.postbox import Postbox, open_postbox
from tests.factories.accounts import a_user, sign_in
from tests.factories.consultations import a_consultation
from tests.factories.organisations import NAME, a_citizen, a_token, an_opinion, an_organisation
from tests.factories.traces import a_pdf_file

pytestmark = pytest.mark.usefixtures("context", "at_noon")
WORDS = {"stance": "suggest", "body": "灯应当更亮。"}


@pytest.fixture
def lead(context: Flask) -> User:
    return a_citizen()


@pytest.fixture
def member(context: Flask) -> User:
    return a_citizen()


@pytest.fixture
def found(context: Flask) -> Consultation:
    return a_consultation("open")


def browser_of(app: Flask, user: User) -> FlaskClient:
    return sign_in(app.test_client(), user)


def field(page: TestResponse, name: str) -> str:
    """What a page's form carries in a field."""
    given = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    assert given, name
    return html.unescape(given.group(1))


def drafts(organisation_id: int, found: Consultation, rest: str = "") -> str:
    return f"/organisations/{organisation_id}/drafts/{found.slug}{rest}"


def opinions() -> list[JointOpinion]:
    db.session.rollback()
    return list(db.session.scalars(select(JointOpinion).order_by(JointOpinion.id)))


def test_a_body_is_founded_joined_and_speaks_with_one_receipt(
    app: Flask, lead: User, member: User, found: Consultation
) -> None:
    first, second = browser_of(app, lead), browser_of(app, member)
    entry = first.get(f"/consultations/{found.slug}/comment")
    assert f"/consultations/{found.slug}/together" in entry.text
    given = {"name": NAME, "kind": "association"}
    home = first.post(f"/organisations/new?on={found.slug}", data=given).location
    number = int(home.split("/")[-1].split("?")[0])
    assert drafts(number, found) in first.get(home).text
    join = f"/organisations/join/{a_token(number, lead)}"
    asked = second.get(join)
    assert NAME in asked.text
    assert queries.member_count(number) == 1
    assert second.post(join).location == f"/organisations/{number}"
    assert second.get(join).status_code == 403
    writing = second.get(drafts(number, found, "/write"))
    carried = {"submission_key": field(writing, "submission_key"), "version": "0"}
    saved = second.post(drafts(number, found, "/write"), data={**WORDS, **carried})
    assert saved.location == drafts(number, found)
    listed = first.get(drafts(number, found))
    assert "灯应当更亮。" in listed.text
    assert member.display_name in listed.text
    assert first.post(drafts(number, found, "/send"), data={}).status_code == 422
    looked = first.get(drafts(number, found, "/send"))
    values = {name: field(looked, name) for name in ("submission_key", "state")}
    sent = first.post(drafts(number, found, "/send"), data={**values, "act": "send"})
    assert sent.status_code == 303
    again = first.post(drafts(number, found, "/send"), data={**values, "act": "send"})
    assert again.location == sent.location
    assert opinions() == []
    assert sent.location in second.get(drafts(number, found)).text
    assert "灯应当更亮。" in second.get(sent.location).text
    assert "灯应当更亮。" in first.get("/account/comments").text


def test_the_second_saver_sees_the_others_words_beside_the_own_ones(
    app: Flask, lead: User, member: User, found: Consultation
) -> None:
    made = an_organisation(lead, member)
    key = an_opinion(made.id, lead, found, body="起初。").submission_key
    path = drafts(made.id, found, "/write")
    second = browser_of(app, lead)
    opened = second.get(f"{path}?key={key}")
    assert field(opened, "version") == "1"
    an_opinion(made.id, member, found, body="成员先存的。", submission_key=key, seen=1)
    mine = {**WORDS, "body": "负责人写的。", "submission_key": key, "version": "1"}
    told = second.post(path, data=mine)
    assert told.status_code == 409
    for words in ("成员先存的。", "负责人写的。", member.display_name, "用我写的保存"):
        assert words in told.text
    assert opinions()[0].body == "成员先存的。"
    assert field(told, "version") == "2"
    assert second.post(path, data={**mine, "version": "2"}).status_code == 303
    assert opinions()[0].body == "负责人写的。"
    dropped = {"key": key, "version": "2"}
    assert second.post(drafts(made.id, found, "/drop"), data=dropped).status_code == 303
    assert len(opinions()) == 1
    browser_of(app, member).post(drafts(made.id, found, "/drop"), data={**dropped, "version": "3"})
    assert opinions() == []
    gone = second.post(path, data={**mine, "body": "还要。", "version": "3"})
    assert gone.status_code == 409
    assert "去掉了" in gone.text
    assert field(gone, "version") == "0"


def test_files_are_added_by_the_lead_and_go_with_the_opinion_that_was_chosen(
    app: Flask, lead: User, found: Consultation
) -> None:
    made = an_organisation(lead)
    for _ in range(2):
        an_opinion(made.id, lead, found)
    first, path = browser_of(app, lead), drafts(made.id, found, "/send")
    looked = first.get(path)
    values = {name: field(looked, name) for name in ("submission_key", "state")}
    paper = (io.BytesIO(a_pdf_file()), "说明.pdf")
    kept = first.post(path, data={**values, "files_at": "1", "act": "attach", "file": paper})
    assert "说明.pdf" in kept.text
    values = {name: field(kept, name) for name in ("submission_key", "state", "files")}
    assert first.post(path, data={**values, "files_at": "1", "act": "send"}).status_code == 303
    db.session.rollback()
    (file,) = db.session.scalars(select(Attachment)).all()
    assert file.comment is not None
    assert file.comment.number == 2


def test_a_change_after_the_look_is_shown_before_it_is_sent(
    app: Flask, lead: User, member: User, found: Consultation
) -> None:
    made = an_organisation(lead, member)
    an_opinion(made.id, lead, found)
    first, path = browser_of(app, lead), drafts(made.id, found, "/send")
    looked = first.get(path)
    values = {name: field(looked, name) for name in ("submission_key", "state")}
    an_opinion(made.id, member, found, body="刚加的一条。")
    told = first.post(path, data={**values, "act": "send"})
    assert told.status_code == 422
    assert "刚加的一条。" in told.text
    assert "有成员又改过" in told.text
    assert db.session.scalars(select(Comment)).all() == []
    values = {name: field(told, name) for name in ("submission_key", "state")}
    assert first.post(path, data={**values, "act": "send"}).status_code == 303


def test_after_the_close_what_was_written_is_handed_back(
    app: Flask, lead: User, found: Consultation
) -> None:
    made = an_organisation(lead)
    key = an_opinion(made.id, lead, found, body="没有赶上的话。").submission_key
    first = browser_of(app, lead)
    looked = first.get(drafts(made.id, found, "/send"))
    values = {name: field(looked, name) for name in ("submission_key", "state")}
    assert found.closes_at is not None
    with clock.fixed(found.closes_at + timedelta(minutes=1)):
        refused = first.post(drafts(made.id, found, "/send"), data={**values, "act": "send"})
        assert refused.status_code == 403
        assert "没有赶上的话。" in refused.text
        late = {**WORDS, "body": "迟到的话。", "submission_key": key, "version": "1"}
        written = first.post(drafts(made.id, found, "/write"), data=late)
        assert written.status_code == 403
        assert "迟到的话。" in written.text
        page = first.get(drafts(made.id, found))
        assert "没有赶上的话。" in page.text
        assert "自动销毁" in page.text
        assert "/write" not in page.text


def test_members_are_shown_what_only_the_lead_does(
    app: Flask, lead: User, member: User, found: Consultation
) -> None:
    made = an_organisation(lead, member)
    an_opinion(made.id, lead, found)
    first, second = browser_of(app, lead), browser_of(app, member)
    assert "由负责人检查以后统一提交" in second.get(drafts(made.id, found)).text
    assert second.get(drafts(made.id, found, "/send")).status_code == 403
    home = f"/organisations/{made.id}"
    assert "寄出邀请" not in second.get(home).text
    place = queries.own_membership(made.id, member.id).id
    assert second.get(f"{home}/members/{place}/remove").status_code == 403
    assert first.get(f"{home}/leave").status_code == 403
    assert first.post(f"{home}/members/{place}/lead").location == home
    assert "寄出邀请" in second.get(home).text
    assert first.post(f"{home}/leave").location == "/organisations"
    assert first.get(home).status_code == 404
    given = {"name": "改名的协会", "kind": "firm"}
    assert second.post(f"{home}/name", data=given).location == home
    assert "改名的协会" in second.get("/organisations").text
    assert second.post(f"{home}/dissolve").location == "/organisations"
    assert second.get(home).status_code == 404


PAGES: tuple[Callable[[int, str], str], ...] = (
    lambda number, _slug: f"/organisations/{number}",
    lambda number, _slug: f"/organisations/{number}/name",
    lambda number, _slug: f"/organisations/{number}/leave",
    lambda number, _slug: f"/organisations/{number}/dissolve",
    lambda number, slug: f"/organisations/{number}/drafts/{slug}",
    lambda number, slug: f"/organisations/{number}/drafts/{slug}/write",
    lambda number, slug: f"/organisations/{number}/drafts/{slug}/send",
)


def test_a_stranger_finds_nothing_staff_are_refused_and_a_guest_signs_in(
    app: Flask, client: FlaskClient, lead: User, found: Consultation
) -> None:
    made = an_organisation(lead)
    an_opinion(made.id, lead, found)
    stranger, officer = browser_of(app, a_citizen()), browser_of(app, a_user(Role.OFFICER))
    for path in (page(made.id, found.slug) for page in PAGES):
        assert stranger.get(path).status_code == 404, path
        assert officer.get(path).status_code == 403, path
        assert client.get(path).location.startswith("/account/sign-in"), path
        assert browser_of(app, lead).get(path).status_code == 200, path


def test_a_guest_with_an_invitation_is_asked_to_sign_in_and_staff_are_told_why_not(
    app: Flask, client: FlaskClient, lead: User
) -> None:
    made = an_organisation(lead)
    join = f"/organisations/join/{a_token(made.id, lead)}"
    asked = client.get(join)
    assert NAME in asked.text
    assert f"next={join}" in asked.text
    assert client.post(join).location.startswith("/account/sign-in")
    officer = browser_of(app, a_user(Role.OFFICER))
    assert "工作人员的账号" in officer.get(join).text
    assert officer.post(join).status_code == 403
    assert "已经是成员" in browser_of(app, lead).get(join).text


@pytest.fixture(scope="module")
def post() -> Iterator[Postbox]:
    with open_postbox() as box:
        yield box


class TestMails:
    """Invitations and the word to the lead, through a real mail server."""

    @pytest.fixture
    def settings(self, post: Postbox) -> dict[str, Any]:
        post.mails.clear()
        mail = f"smtp://127.0.0.1:{post.port}?from=noreply@example.cn"
        return {"demo": "0", "rate_limits": "off", "worker": False, "mail_url": mail}

    def test_the_link_is_in_the_mail_alone_and_the_lead_hears_who_joined(
        self, app: Flask, post: Postbox, lead: User, member: User
    ) -> None:
        confirm_address(lead, "lead@example.cn")
        made = an_organisation(lead)
        first = browser_of(app, lead)
        path = f"/organisations/{made.id}/invitations"
        assert first.post(path, data={"email": "nobody"}).status_code == 422
        assert first.post(path, data={"email": "zhou@example.cn"}).status_code == 303
        assert "zhou@example.cn" in first.get(f"/organisations/{made.id}").text
        jobs.run_due()
        mail = post.mails[-1]
        assert mail["To"] == "zhou@example.cn"
        assert NAME in str(mail["Subject"])
        assert lead.display_name not in post.text()
        html_part = mail.get_body(("html",))
        link = re.search(r"https?://[^/\s]+(/organisations/join/\S+)", post.text())
        assert link
        assert html_part is not None
        assert link[1] in html_part.get_content()
        token = link[1].split("/")[-1]
        db.session.rollback()
        assert not any(token in str(each.payload) for each in db.session.scalars(select(Job)))
        assert browser_of(app, member).post(link[1]).status_code == 303
        jobs.run_due()
        assert post.mails[-1]["To"] == "lead@example.cn"
        assert "has joined" in post.text() or "加入了" in post.text()
        assert "zhou@example.cn" not in first.get(f"/organisations/{made.id}").text

    def test_a_revoked_invitation_is_not_sent(self, app: Flask, post: Postbox, lead: User) -> None:
        made = an_organisation(lead)
        first = browser_of(app, lead)
        home = f"/organisations/{made.id}"
        first.post(f"{home}/invitations", data={"email": "zhou@example.cn"})
        (row,) = queries.invitations_of(made.id, clock.now())
        assert first.post(f"{home}/invitations/{row.id}/revoke").location == home
        jobs.run_due()
        assert post.mails == []


def confirm_address(user: User, address: str) -> None:
    """Give an account a confirmed address."""
    with transaction():
        keep_address(db.session.get_one(User, user.id), address)


def test_the_public_page_on_what_is_kept_tells_the_days(client: FlaskClient) -> None:
    page = client.get("/retention").text
    assert f"截止 {rules.UNSENT_KEPT.days} 天后自动删除" in page
    assert f"{rules.INVITED_FOR.days} 天后删除" in page
