"""The letters of reminders, through a real SMTP listener."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.accounts.models import User
from participation.adoption.queries import due_of
from participation.comments.models import Comment
from participation.consultations.place import zone
from participation.duties import jobs as workers
from participation.duties.letters import path_of
from participation.duties.queries import duties
from participation.duties.rules import OVERDUE, remind_at
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import db, transaction
from tests.conftest import NOON
from tests.duties.test_operations import _closed, _reachable, _round
from tests.factories.accounts import a_user, sign_in
from tests.factories.adoption import a_point
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.factories.inquiries import an_inquiry
from tests.factories.meetings import a_meeting
from tests.notifications.conftest import inbox
from tests.notifications.inbox import Inbox, text_of

__all__ = ["inbox"]


def test_the_letter_says_what_by_when_and_where(inbox: Inbox) -> None:
    made = _closed()
    due = due_of(made).on
    _round(remind_at(due, 3, zone()) + timedelta(hours=1))
    _round(remind_at(due, OVERDUE, zone()))
    soon, late = inbox.to("officer@example.gov.cn")
    assert soon["Subject"] == f"还有 3 天｜答复意见，公布采纳情况：{made.title}"
    assert "还有 1 份意见没有答复" in text_of(soon)
    assert f"/desk/consultations/{made.slug}/adoption" in text_of(soon)
    assert "系统自动公布采纳情况" in text_of(soon)
    assert late["Subject"].startswith("已逾期 1 天｜")
    assert "系统自动公布" not in text_of(late)


def test_a_letter_on_its_way_is_dropped_when_the_work_is_done(inbox: Inbox) -> None:
    made = _closed()
    at = remind_at(due_of(made).on, 3, zone())
    inbox.faults = 1
    _round(at)
    assert inbox.mails == []
    with clock.fixed(at):
        a_point(made, list(db.session.query(Comment)))
    _round(at + timedelta(minutes=10))
    assert inbox.mails == []


def test_who_has_left_is_not_written_to(inbox: Inbox) -> None:
    made = _closed()
    at = remind_at(due_of(made).on, 3, zone())
    inbox.faults = 1
    _round(at)
    with transaction():
        db.session.query(User).filter_by(role=Role.OFFICER).one().is_active = False
    _round(at + timedelta(minutes=10))
    assert inbox.mails == []


def test_half_a_quiet_window_is_told_once(inbox: Inbox) -> None:
    made = a_consultation("open")
    _reachable(a_user(Role.OFFICER, made.department))
    for day in (0, 4, 6, 7, 20):
        _round(NOON + timedelta(days=day))
    [mail] = [each for each in inbox.mails if "还没有人提意见" in each["Subject"]]
    assert "张贴二维码" in text_of(mail)


def test_no_half_is_told_of_where_somebody_wrote(inbox: Inbox) -> None:
    made = a_consultation("open")
    _reachable(a_user(Role.OFFICER, made.department))
    with clock.fixed(NOON):
        workers.plan()
    a_comment(made, at=NOON)
    _round(NOON + timedelta(days=20))
    assert inbox.mails == []


@pytest.mark.usefixtures("at_noon")
def test_every_link_leads_to_a_page(context: Flask, client: FlaskClient) -> None:
    made = a_consultation("closed")
    a_comment(made)
    an_inquiry(made)
    a_meeting(made)
    a_consultation("open", opens_at=NOON - timedelta(days=25))
    a_consultation("approved", planned_opens_at=NOON, closes_at=NOON + timedelta(days=60))
    officer = sign_in(client, a_user(Role.OFFICER))
    found = duties(NOON)
    assert len({each.kind for each in found}) == 6
    assert {path_of(each): officer.get(path_of(each)).status_code for each in found} == {
        path_of(each): 200 for each in found
    }
