"""How values are written for people: dates as they say them, in the platform's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, current_app, has_request_context
from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _

from participation.kernel import clock
from participation.kernel.errors import Refused, Unavailable
from participation.kernel.text import paragraphs
from participation.kernel.verdict import Verdict
from participation.web.locale import language

ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def zone() -> ZoneInfo:
    """The platform's zone."""
    return ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])


def _english() -> bool:
    if has_request_context():
        return language() == "en"
    # A mail is written in its reader's language, outside of any request.
    spoken = get_locale()
    return spoken is not None and spoken.language == "en"


def day(value: date) -> str:
    """2026年6月15日 / 15 June 2026."""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    if _english():
        return f"{value.day} {ENGLISH_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def instant(value: datetime) -> str:
    """2026年6月15日 18:30 / 15 June 2026, 18:30."""
    local = value.astimezone(zone())
    return f"{day(local.date())}{', ' if _english() else ' '}{local:%H:%M}"


def last_moment(value: datetime) -> str:
    """The end of a half-open window as people say it: the first instant of a day is 24:00."""
    local = value.astimezone(zone())
    if local.time() == time(0):
        before = local.date() - timedelta(days=1)
        return f"{day(before)}{', ' if _english() else ' '}24:00"
    return instant(value)


def deadline(value: datetime) -> str:
    """6月15日 24:00 截止 / closes 15 June, 24:00."""
    return _("%(moment)s 截止", moment=last_moment(value))


def remaining(value: datetime, now: datetime | None = None) -> str:
    """还有 2 天 6 小时; nothing once it is over."""
    left = value - (now or clock.now())
    if left <= timedelta(0):
        return ""
    minutes = int(left.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("还有 %(days)s 天 %(hours)s 小时", days=days, hours=hours)
    if hours:
        return _("还有 %(hours)s 小时 %(minutes)s 分钟", hours=hours, minutes=minutes)
    if minutes:
        return _("还有 %(minutes)s 分钟", minutes=minutes)
    return _("不到 1 分钟")


def number(value: int) -> str:
    """A count with separators."""
    return format_decimal(value)


def percent(part: int, whole: int) -> str:
    """A share with one decimal, or a dash where there is no base."""
    return f"{part / whole * 100:.1f}%" if whole else "—"


def file_size(count: int) -> str:
    """A size in bytes as people write it."""
    if count < 1024:
        return _("%(num)s 字节", num=count)
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def iso(value: datetime) -> str:
    """RFC 3339 in UTC, for machines."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Said(Protocol):
    """A sentence with what fills its places, such as the rulebook's remarks."""

    @property
    def sentence(self) -> str: ...

    @property
    def params(self) -> Mapping[str, object]: ...


def sentence(value: Verdict | Refused | Unavailable | Said | str) -> str:
    """A rule's answer or remark, a refusal or a marked sentence, in the reader's language."""
    if isinstance(value, str):
        return _(value) if value else ""
    has_reason = isinstance(value, Verdict | Refused | Unavailable)
    words = value.reason if has_reason else value.sentence  # type: ignore[union-attr]
    if not words:
        return ""
    params = {
        name: last_moment(each)
        if isinstance(each, datetime)
        else day(each)
        if isinstance(each, date)
        else each
        for name, each in value.params.items()
    }
    return _(words, **params)


def host(address: str) -> str:
    """Whose pages a web address leads to."""
    return urlsplit(address).hostname or address


def connect(app: Flask) -> None:
    """Attach filters and globals to an application."""
    for each in (
        day,
        instant,
        last_moment,
        deadline,
        remaining,
        number,
        percent,
        file_size,
        iso,
        sentence,
        paragraphs,
        host,
    ):
        app.jinja_env.filters[each.__name__] = each
    app.jinja_env.globals.update(server_now=clock.now)
