"""When an answer is due: the adoption summary after the close, and replies to questions."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from participation.kernel.verdict import N_
from participation.rulebook.calendar import WorkingCalendar
from participation.rulebook.days import CHINA, close_after, last_day_of
from participation.rulebook.statutes import Profile, rule


@dataclass(frozen=True, slots=True)
class Due:
    """A due date: the day aimed at, the latest lawful day, and the instant overdue begins (UTC)."""

    on: date
    latest_on: date
    at: datetime
    provisional: bool


class Difficulty(StrEnum):
    """How hard a question is to answer; a person chooses."""

    SIMPLE = "simple"
    COMPLEX = "complex"

    @property
    def label(self) -> str:
        """What staff call it."""
        return N_("简单问题") if self is Difficulty.SIMPLE else N_("复杂问题")


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (Civil Code art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def adoption_due(
    closes_at: datetime,
    *,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
    profile: Profile | None = None,
) -> Due:
    """When the adoption summary is due: one month after the last day of the window.

    The target is the plain day; the law lets a day off run to the next working day (rules O3,
    O4; Civil Code arts. 202, 203).
    """
    target = add_months(last_day_of(closes_at, zone), rule("O3", profile).numbers["months"])
    latest = (calendar or WorkingCalendar()).next_working_day(target)
    return Due(target, latest.on, close_after(latest.on, zone), latest.provisional)


def reply_due(
    received_on: date,
    difficulty: Difficulty,
    *,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
    profile: Profile | None = None,
) -> Due:
    """When a reply is due, in working days; the day of receipt does not count (rule O8)."""
    days = rule("O8", profile).numbers[difficulty.value]
    last = (calendar or WorkingCalendar()).add_working_days(received_on, days)
    return Due(last.on, last.on, close_after(last.on, zone), last.provisional)
