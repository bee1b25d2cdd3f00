"""Dates for people's own calendars, read back by the library they are written for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.meetings import operations as meetings
from tests.conftest import NOON
from tests.factories.consultations import a_consultation
from tests.factories.meetings import a_meeting
from tests.portal.test_finding import many

LAST_DAY = date(2026, 6, 25)
CLOSES = NOON.replace(hour=16) + timedelta(days=24)
"""24:00 of 25 June in China."""


def _events(client: FlaskClient, path: str) -> dict[str, object]:
    """The events of a calendar file by what their ids begin with."""
    answer = client.get(path)
    assert answer.mimetype == "text/calendar"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    read = Calendar.from_ical(answer.data)
    return {str(each["uid"]).partition("-")[0]: each for each in read.walk("VEVENT")}


@pytest.mark.both_databases
def test_a_close_at_24_stands_in_its_own_day(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open", closes_at=CLOSES)
    for path in ("/calendar.ics", f"/consultations/{made.slug}/calendar.ics"):
        found = _events(client, path)["closes"]
        assert found["dtstart"].dt == LAST_DAY
        assert found["dtend"].dt == LAST_DAY + timedelta(days=1)
        assert "24:00" in found["summary"]
        assert made.title in found["summary"]
    assert made.title in client.get(f"/calendar?day={LAST_DAY}").text
    assert made.title not in client.get(f"/calendar?day={LAST_DAY + timedelta(days=1)}").text


@pytest.mark.both_databases
def test_a_meeting_that_is_called_off_stays_and_says_so(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    made = a_consultation("open")
    meeting = a_meeting(made)
    path = f"/consultations/{made.slug}/calendar.ics"
    before = _events(client, path)["meeting"]
    assert before["dtstart"].dt == meeting.starts_at
    assert before["status"] == "CONFIRMED"
    with transaction():
        meetings.cancel_meeting(SYSTEM, made.slug, meeting.id, "改期另行通知。")
    after = _events(client, path)["meeting"]
    assert after["uid"] == before["uid"]
    assert after["status"] == "CANCELLED"
    assert after["sequence"] > before["sequence"]
    day = f"/calendar?day={meeting.starts_at.astimezone().date()}"
    assert "已取消" in client.get(day).text


def test_the_same_dates_are_the_same_file(client: FlaskClient, context: Flask) -> None:
    made = a_consultation("open")
    path = f"/consultations/{made.slug}/calendar.ics"
    with clock.fixed(NOON):
        first = client.get(path)
    with clock.fixed(NOON + timedelta(hours=3)):
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_months_and_days_that_are_none_show_the_present(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    for word in ("month=2026-13", "month=x", "day=2026-02-30", "month=1999-01"):
        assert "2026年6月" in client.get(f"/calendar?{word}").text
    assert "2026年12月" in client.get("/calendar?month=2026-12").text


def test_a_day_with_many_dates_is_turned_page_by_page(
    client: FlaskClient, context: Flask, at_noon: object
) -> None:
    many(5400)
    first = client.get("/calendar?day=2026-06-05").text
    assert first.count('class="agenda-kind') == 50
    assert "后面的日期" in first
    link = first.split('rel="next" href="')[-1].split('"')[0].replace("&amp;", "&")
    second = client.get(link).text
    assert second.count('class="agenda-kind') == 50
    shown = {page: set(_titles(page)) for page in (first, second)}
    assert not shown[first] & shown[second]


def _titles(page: str) -> list[str]:
    return [each.split('"')[0] for each in page.split('<a href="/consultations/2026-')[1:]]
