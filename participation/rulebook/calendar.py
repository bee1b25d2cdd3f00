"""Working days by the State Council's yearly notice, make-up weekends included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from participation.rulebook.days import ONE_DAY

StaffTable = Mapping[int, Mapping[str, Iterable[date]]]
"""What staff entered from a notice: `{2027: {"off": [...], "work": [...]}}`; it wins."""

_SATURDAY = 5
_TAIL = (12, 29)
"""From here a year's days can still be changed by the notice of the year after (2007, 2018)."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A day that was counted to; provisional while a year on the way has no official list."""

    on: date
    provisional: bool


@lru_cache(maxsize=64)
def _listed(year: int) -> tuple[bool, frozenset[date]]:
    """Whether the library has the year's notice, and its days that are not as the week says."""
    from holidays.countries.china import China  # slow to load, and few requests count days

    # A table of its own for each year: the library's is filled in while others may read it.
    table = China(years=year)  # type: ignore[no-untyped-call]
    days = (date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), _after(year)))
    odd = frozenset(day for day in days if table.is_working_day(day) != _by_the_week(day))
    return year in table.special_public_holidays, odd


def _after(year: int) -> int:
    return date(year, 12, 31).toordinal() + 1


def _by_the_week(day: date) -> bool:
    return day.weekday() < _SATURDAY


class WorkingCalendar:
    """Working days in China: the staff's table, else the announced list, else a marked estimate."""

    def __init__(self, staff_table: StaffTable | None = None) -> None:
        """Take what staff entered; ValueError where a day is both off and worked."""
        table = staff_table or {}
        self._years = frozenset(table)
        self._off = _entered(table, "off")
        self._work = _entered(table, "work")
        if both := self._off & self._work:
            raise ValueError(f"both off and worked: {min(both)}")

    def is_working_day(self, day: date) -> bool:
        """Whether offices work; an estimate where `is_provisional(day)`."""
        if day in self._off or day in self._work:
            return day in self._work
        announced, odd = _listed(day.year)
        if day.year in self._years and not announced:
            return _by_the_week(day)  # the staff's list is the year's list, not our estimate
        return _by_the_week(day) != (day in odd)

    def is_announced(self, year: int) -> bool:
        """Whether the year's list is known, from the library or from staff."""
        return year in self._years or _listed(year)[0]

    def is_provisional(self, day: date) -> bool:
        """Whether an official notice may still change this day."""
        if day in self._off or day in self._work:
            return False
        if not self.is_announced(day.year):
            return True
        return (day.month, day.day) >= _TAIL and not self.is_announced(day.year + 1)

    def next_working_day(self, day: date) -> Reckoned:
        """The day itself if it is worked, else the first one after it."""
        return self._walk(day, 0 if self.is_working_day(day) else 1, self.is_provisional(day))

    def add_working_days(self, day: date, number: int) -> Reckoned:
        """The `number`-th working day after a day, which itself does not count."""
        return self._walk(day, number, provisional=False)

    def working_days_between(self, day: date, last_day: date) -> int:
        """How many working days lie after a day, up to and with the last one."""
        span = range(day.toordinal() + 1, last_day.toordinal() + 1)
        return sum(self.is_working_day(date.fromordinal(ordinal)) for ordinal in span)

    def _walk(self, day: date, number: int, provisional: bool) -> Reckoned:
        while number > 0:
            day += ONE_DAY
            provisional = provisional or self.is_provisional(day)
            number -= self.is_working_day(day)
        return Reckoned(day, provisional)


def _entered(table: StaffTable, kind: str) -> frozenset[date]:
    """All days of a kind; a year's notice may name days of the December before."""
    return frozenset(day for year in table.values() for day in year.get(kind, ()))
