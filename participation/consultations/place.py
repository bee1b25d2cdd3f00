"""The place's own settings that rules ask for: its zone and its working days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from participation.rulebook.calendar import WorkingCalendar


def zone() -> ZoneInfo:
    """The zone in which calendar days begin and end."""
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)


def working_calendar() -> WorkingCalendar:
    """The working days by the official lists and by what staff entered in the settings."""
    found = current_app.extensions["working_calendar"]
    assert isinstance(found, WorkingCalendar)
    return found


def read_calendar(table: Mapping[str, Any]) -> WorkingCalendar:
    """Build the calendar from the setting `calendar`.

    The table is `{"2027": {"off": ["2027-01-01", …], "work": […]}}`, days as dates or ISO text.
    Raises ValueError naming what cannot be read.
    """
    return WorkingCalendar({_year(year): _days(year, kinds) for year, kinds in table.items()})


def _year(word: object) -> int:
    year = str(word)
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise ValueError(f"{year}: 应为四位年份 / not a year")
    return int(year)


def _days(year: object, kinds: object) -> dict[str, list[date]]:
    if not isinstance(kinds, Mapping) or set(kinds) - {"off", "work"}:
        raise ValueError(f"{year}: off, work")
    return {kind: [_day(each) for each in days] for kind, days in kinds.items()}


def _day(value: object) -> date:
    return value if type(value) is date else date.fromisoformat(str(value))
