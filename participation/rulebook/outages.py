"""What an interruption near the end of a window means, and how much time it gives back.

The platform's own rule: somebody who comes on the last day must find the door open. Where
taking part was impossible for more than 30 minutes of the last 24 hours before a close, the window
is extended or the reason for not doing so is put on record; planned downtime extends by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from participation.rulebook.calendar import WorkingCalendar
from participation.rulebook.days import CHINA, close_after, last_day_of

LAST_HOURS = timedelta(hours=24)
MOST_LOST = timedelta(minutes=30)
SHORTEST = timedelta(minutes=3)
"""Signs of life come every minute: a shorter gap is a restart, or no gap at all."""


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A time in which nobody could take part, half-open."""

    from_at: datetime
    until_at: datetime

    @property
    def length(self) -> timedelta:
        return max(self.until_at - self.from_at, timedelta(0))

    def within(self, other: Span) -> Span:
        """The part of it that lies in another span; empty where they do not meet."""
        from_at = max(self.from_at, other.from_at)
        return Span(from_at, max(from_at, min(self.until_at, other.until_at)))


def last_hours(closes_at: datetime) -> Span:
    """The 24 hours before a close."""
    return Span(closes_at - LAST_HOURS, closes_at)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither meet nor overlap, in order."""
    found: list[Span] = []
    for each in sorted(spans):
        if found and each.from_at <= found[-1].until_at:
            found[-1] = Span(found[-1].from_at, max(found[-1].until_at, each.until_at))
        elif each.length:
            found.append(each)
    return found


def lost_before(closes_at: datetime, spans: Iterable[Span]) -> timedelta:
    """How much of the last 24 hours before a close was lost."""
    window = last_hours(closes_at)
    return sum((each.within(window).length for each in joined(spans)), timedelta(0))


def must_answer(closes_at: datetime, spans: Iterable[Span]) -> bool:
    """Whether more was lost than may be: the window is extended, or a reason is given."""
    return lost_before(closes_at, spans) > MOST_LOST


def touches_end(closes_at: datetime, downtime: Span) -> bool:
    """Whether planned downtime takes the end of a window away: too much, or the close itself."""
    return must_answer(closes_at, [downtime]) or downtime.from_at < closes_at <= downtime.until_at


def compensated_close(
    closes_at: datetime,
    spans: Iterable[Span],
    *,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
) -> datetime:
    """The close that gives back what the spans took: as long again after the close and their end.

    Never in the middle of a night or a weekend: to 24:00 of that day, or of the next working day.
    """
    lost = joined(spans)
    length = sum((each.length for each in lost), timedelta(0))
    end = max([closes_at, *(each.until_at for each in lost)])
    day = last_day_of(end + length, zone)
    return close_after((calendar or WorkingCalendar()).next_working_day(day).on, zone)


def without(span: Span, others: Iterable[Span]) -> list[Span]:
    """What is left of a span when others are cut out of it."""
    left, at = [], span.from_at
    for each in joined(others):
        part = each.within(span)
        if part.length:
            left.append(Span(at, part.from_at))
            at = part.until_at
    left.append(Span(at, span.until_at))
    return [each for each in left if each.length]
