"""The calendar: a month on a page, and the same dates for people's own calendars (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event

from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.portal.agenda import DateKind, Entry, Month, day_counts, entries
from participation.portal.queries import overview
from participation.portal.views.choosing import choices, name_of, read_choice, subjects
from participation.portal.views.entrance import bp
from participation.rulebook.days import local, start_of
from participation.web.access import public
from participation.web.filters import zone

ICAL = "text/calendar; charset=utf-8"
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
PAST, AHEAD = timedelta(days=60), timedelta(days=400)
MOST_DATES = 200


@bp.get("/calendar")
@public
def calendar() -> str:
    """A month's dates, from today on in the present one; or those of one day."""
    now, choice = clock.now(), read_choice()
    today = local(now, zone()).date()
    day = _day(request.args.get("day", ""))
    month = Month(day.replace(day=1)) if day else _month(today)
    begins, ends = month.span
    after = parse_cursor(request.args.get("after"))
    if day:
        begins, ends = start_of(day, zone()), start_of(day + timedelta(days=1), zone())
    elif month.holds(today):
        begins = start_of(today, zone())
    offered = choices()
    return render_template(
        "portal/calendar.html",
        month=month,
        today=today,
        day=day,
        page=entries(begins, ends, choice, after=after),
        counts=day_counts(*month.span, choice),
        choice=choice,
        chosen=name_of(choice, offered),
        offered=offered,
        subjects=subjects(choice),
        now=now,
    )


def _month(today: date) -> Month:
    found = _day(f"{request.args.get('month', '')}-01")
    return Month(found or today.replace(day=1))


def _day(word: str) -> date | None:
    if not _DAY.fullmatch(word):
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


@bp.get("/calendar.ics")
@public
def calendar_file() -> Response:
    """The dates of the last two months and of the year to come, as chosen."""
    now, choice = clock.now(), read_choice()
    found = entries(now - PAST, now + AHEAD, choice, size=MOST_DATES)
    name = name_of(choice, choices()) if choice else ""
    return _calendar(f"{_('征求意见日历')}{f'（{name}）' if name else ''}", found.items)


@bp.get("/consultations/<slug>/calendar.ics")
@public
def consultation_calendar(slug: str) -> Response:
    """The dates of one consultation."""
    found = overview(slug, clock.now()).consultation
    assert found.published_at is not None
    until = clock.now() + AHEAD
    dates = entries(found.published_at - AHEAD, until, of=found.id, size=MOST_DATES)
    return _calendar(found.title, dates.items)


def _calendar(name: str, dates: Iterable[Entry]) -> Response:
    settings = current_app.config["SETTINGS"]
    made = Calendar()
    made.add("prodid", "-//Zhongyan//Participation//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    host = urlsplit(settings.site).hostname or "localhost"
    for each in dates:
        made.add_component(_event(each, host))
    response = Response(made.to_ical(), content_type=ICAL)
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


def _event(entry: Entry, host: str) -> Event:
    made = Event()
    made.add("uid", f"{entry.kind.value}-{entry.meeting_id or entry.consultation_id}@{host}")
    # The instant the dates stand for, not of the request: the same dates are the same file.
    made.add("dtstamp", entry.at)
    made.add("sequence", entry.revision)
    made.add("summary", _summary(entry))
    made.add("url", _address(entry))
    made.add("description", f"{entry.title}\n{entry.department}\n{_address(entry)}")
    made.add("transp", "TRANSPARENT")
    if entry.kind is DateKind.MEETING:
        made.add("dtstart", entry.at)
        if entry.ends_at is not None:
            made.add("dtend", entry.ends_at)
        made.add("location", entry.place or "")
        made.add("status", "CANCELLED" if entry.cancelled_at else "CONFIRMED")
    else:
        # A whole day: "until 24:00" put at 0:00 would stand in the day after.
        made.add("dtstart", entry.on)
        made.add("dtend", entry.on + timedelta(days=1))
    return made


def _summary(entry: Entry) -> str:
    if entry.kind is DateKind.MEETING:
        return f"{entry.meeting_title}（{entry.title}）"
    if entry.kind is DateKind.OPENS:
        return _("开始征求意见：%(title)s", title=entry.title)
    at = local(entry.at, zone())
    hour = "24:00" if (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"
    return _("%(hour)s 截止：%(title)s", hour=hour, title=entry.title)


def _address(entry: Entry) -> str:
    site: str = current_app.config["SETTINGS"].site
    if entry.meeting_id is not None:
        path = url_for("meetings.show", slug=entry.slug, meeting_id=entry.meeting_id)
    else:
        path = url_for("portal.consultation", slug=entry.slug)
    return site + path
