"""Statements of a record as opinions: by one press, once, with the speaker and the page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.comments.models import Comment
from participation.comments.rules import Channel, RespondentKind, Stance
from participation.consultations.models import Consultation
from participation.importing.queries import statement_of
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import db, transaction
from participation.meetings import operations as meetings
from participation.meetings.models import Meeting
from participation.meetings.operations import RecordFields, StatementFields
from participation.meetings.rules import AttendeeKind, MeetingKind
from tests.factories.accounts import sign_in
from tests.factories.comments import an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_meeting

pytestmark = pytest.mark.usefixtures("context", "at_noon")

SAID = (
    StatementFields("居民周**", "路灯应当亮到十二点。", AttendeeKind.RESIDENTS, "第二条", "3"),
    StatementFields("云溪物业公司", "电费由谁出要写明。", AttendeeKind.FIRMS),
)


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


@pytest.fixture
def meeting(consultation: Consultation) -> Meeting:
    made = a_meeting(
        consultation, kind=MeetingKind.SEMINAR, starts_at=clock.now(), ends_at=None, place="桥头村"
    )
    save(consultation, made, SAID)
    return made


@pytest.fixture
def desk(consultation: Consultation, client: FlaskClient) -> FlaskClient:
    return sign_in(client, an_officer_of(consultation))


def save(consultation: Consultation, meeting: Meeting, said: tuple[StatementFields, ...]) -> None:
    with transaction():
        meetings.save_record(SYSTEM, consultation.slug, meeting.id, RecordFields(statements=said))


def place(consultation: Consultation, meeting: Meeting) -> str:
    return f"/desk/consultations/{consultation.slug}/meetings/{meeting.id}/opinions"


def stored() -> list[Comment]:
    return list(db.session.scalars(select(Comment).order_by(Comment.number)))


def keys_on(page: str) -> list[str]:
    return re.findall(r'name="statement" value="([0-9a-f]{64})"', page)


def test_a_statement_becomes_an_opinion_once_and_keeps_speaker_and_page(
    desk: FlaskClient, consultation: Consultation, meeting: Meeting
) -> None:
    path = place(consultation, meeting)
    first, second = keys_on(desk.get(path).text)
    for _twice in range(2):
        page = desk.post(path, data={"statement": first, "stance": "oppose"}, follow_redirects=True)
        assert "已转为第 1 号意见" in page.text
    assert keys_on(page.text) == [second]
    (comment,) = stored()
    assert (comment.channel, comment.stance) == (Channel.SEMINAR, Stance.OPPOSE)
    assert (comment.said_at_place, comment.body) == ("桥头村", SAID[0].text)
    assert comment.clause is not None
    found = statement_of(comment.id)
    assert found is not None
    assert (found[0].speaker, found[0].page, found[1].id) == ("居民周**", "3", meeting.id)
    detail = desk.get(f"/desk/consultations/{consultation.slug}/comments/1")
    assert "居民周**发言，笔录第 3 页" in detail.text
    assert path in detail.text


def test_the_rest_goes_together_and_a_corrected_record_forgets_nothing(
    desk: FlaskClient, consultation: Consultation, meeting: Meeting
) -> None:
    path = place(consultation, meeting)
    old = keys_on(desk.get(path).text)[0]
    desk.post(path, data={"statement": old})
    save(consultation, meeting, (*reversed(SAID), StatementFields("居民李**", "另加一盏。")))
    page = desk.post(path, data={"statement": "all"}, follow_redirects=True)
    assert "2 条发言已转为意见" in page.text
    assert keys_on(page.text) == []
    assert [each.body for each in stored()] == [SAID[0].text, SAID[1].text, "另加一盏。"]
    assert stored()[1].respondent_kind is RespondentKind.FIRM


def test_a_statement_that_is_not_there_any_more_is_not_taken(
    desk: FlaskClient, consultation: Consultation, meeting: Meeting
) -> None:
    path = place(consultation, meeting)
    old = keys_on(desk.get(path).text)[0]
    save(consultation, meeting, SAID[1:])
    page = desk.post(path, data={"statement": old}, follow_redirects=True)
    assert "会议记录刚才有人改过" in page.text
    assert stored() == []


def test_others_take_no_statement(
    client: FlaskClient, consultation: Consultation, meeting: Meeting
) -> None:
    path = place(consultation, meeting)
    assert client.post(path, data={"statement": "all"}).status_code == 302
    assert stored() == []
