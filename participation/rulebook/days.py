"""Days and the instants they begin and end at, in a zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def local(instant: datetime, zone: ZoneInfo = CHINA) -> datetime:
    """The instant on the clocks of the zone; ValueError for one that names no zone of its own."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(zone)


def start_of(day: date, zone: ZoneInfo = CHINA) -> datetime:
    """The first instant of a day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def close_after(last_day: date, zone: ZoneInfo = CHINA) -> datetime:
    """Where "until 15 June" ends: the first instant of 16 June, in UTC.

    The last day runs to 24:00 (Civil Code art. 203).
    """
    return start_of(last_day + ONE_DAY, zone)


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing instant as people say it: the last day and the hour, None standing for 24:00."""

    on: date
    hour: time | None = None

    @property
    def clock(self) -> str:
        """The hour as shown, "24:00" or "18:00"."""
        if self.hour is None:
            return "24:00"
        return self.hour.isoformat("seconds" if self.hour.second else "minutes")

    def at(self, zone: ZoneInfo = CHINA) -> datetime:
        """The instant itself, in UTC."""
        if self.hour is None:
            return close_after(self.on, zone)
        return datetime.combine(self.on, self.hour, zone).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.on.month}月{self.on.day}日 {self.clock}"


def closing(closes_at: datetime, zone: ZoneInfo = CHINA) -> Closing:
    """The closing instant as people say it: midnight belongs to the day that it ends."""
    moment = local(closes_at, zone)
    if moment.time() == time.min:
        return Closing(moment.date() - ONE_DAY)
    return Closing(moment.date(), moment.time())


def last_day_of(closes_at: datetime, zone: ZoneInfo = CHINA) -> date:
    """The last day on which something may still be sent."""
    return closing(closes_at, zone).on
