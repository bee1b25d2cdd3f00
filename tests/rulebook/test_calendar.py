"""Working days: against two independent lists, and honest about years nobody has announced."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from participation.rulebook.calendar import WorkingCalendar

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="no shared/data beside the checkout: the official lists are there"
)
CALENDAR = WorkingCalendar()


def days_of(first: int, last: int):
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def test_every_day_of_2018_to_2026_agrees_with_chinesecalendar():
    chinese_calendar = pytest.importorskip("chinese_calendar", reason="the second list is absent")
    wrong = [
        day
        for day in days_of(2018, 2026)
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day)
    ]
    assert wrong == []


@needs_shared
@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_day_of_the_official_lists_is_as_they_say(year):
    listed = json.loads((SHARED / "holidays" / f"{year}.json").read_text("utf-8"))["days"]
    assert len(listed) > 20
    wrong = [
        entry
        for entry in listed
        if CALENDAR.is_working_day(date.fromisoformat(entry["date"])) == entry["isOffDay"]
    ]
    assert wrong == []


@needs_shared
def test_the_worked_examples_come_out_to_the_day():
    examples = json.loads((SHARED / "deadline_examples.json").read_text("utf-8"))
    for example in examples["workdays"]:
        received = date.fromisoformat(example["received"])
        assert CALENDAR.is_working_day(received) is example["received_is_workday"]
        for number in (1, 3, 7, 20):
            reckoned = CALENDAR.add_working_days(received, number)
            assert reckoned.on == date.fromisoformat(example[f"due_{number}wd"])
            assert not reckoned.provisional
    for example in examples["one_month"]:
        rolled = CALENDAR.next_working_day(date.fromisoformat(example["one_month_day"]))
        assert rolled.on == date.fromisoformat(example["rolled_to_workday"])


@pytest.mark.parametrize(
    ("day", "next_on"),
    [
        (date(2026, 1, 2), date(2026, 1, 4)),  # a Friday off, then a Sunday made up
        (date(2026, 1, 4), date(2026, 1, 4)),
        (date(2024, 2, 10), date(2024, 2, 18)),
        (date(2026, 6, 6), date(2026, 6, 8)),
    ],
)
def test_the_next_working_day_is_the_day_itself_or_the_first_after_it(day, next_on):
    assert CALENDAR.next_working_day(day).on == next_on


def test_the_announced_years_can_be_told_from_the_library():
    """`special_public_holidays` is no promised interface: this fails on the day it goes."""
    assert [year for year in range(2018, 2028) if not CALENDAR.is_announced(year)] == [2027]


def test_a_year_without_a_list_is_counted_provisionally():
    assert CALENDAR.is_provisional(date(2027, 3, 1))
    assert CALENDAR.add_working_days(date(2026, 12, 25), 7).provisional
    assert not CALENDAR.add_working_days(date(2026, 11, 20), 7).provisional
    assert CALENDAR.next_working_day(date(2027, 1, 2)).provisional


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),  # the list for 2027 may still move it, as in 2007 and 2018
        (date(2025, 12, 31), False),
    ],
)
def test_the_last_days_of_a_year_wait_for_the_next_years_list(day, provisional):
    assert CALENDAR.is_provisional(day) is provisional


def test_no_list_ever_reached_further_back_than_29_december():
    moved = [
        day
        for day in days_of(2001, 2026)
        if day.month == 12 and CALENDAR.is_working_day(day) != (day.weekday() < 5)
    ]
    assert len(moved) >= 8
    assert min(day.day for day in moved) == 29


STAFF = WorkingCalendar(
    {
        2027: {
            "off": [date(2026, 12, 31), date(2027, 1, 1), date(2027, 2, 8)],
            "work": [date(2027, 1, 3)],
        },
        2020: {"off": [date(2020, 3, 2)], "work": []},
    }
)


def test_what_staff_entered_wins_and_settles_the_year():
    assert not STAFF.is_provisional(date(2027, 3, 1))
    assert not STAFF.is_provisional(date(2026, 12, 30))
    assert not STAFF.is_working_day(date(2027, 2, 8))
    assert STAFF.is_working_day(date(2027, 1, 3))
    assert not STAFF.is_working_day(date(2026, 12, 31))


def test_a_staff_entry_in_an_announced_year_changes_only_that_day():
    assert not STAFF.is_working_day(date(2020, 3, 2))
    assert not STAFF.is_working_day(date(2020, 1, 31))  # the extension of 2020 still stands
    assert STAFF.is_working_day(date(2020, 3, 3))


def test_a_year_entered_by_staff_knows_no_other_day_off_than_theirs():
    labour_day = date(2027, 5, 3)  # a Monday that the statute's estimate gives off
    assert not CALENDAR.is_working_day(labour_day) or CALENDAR.is_provisional(labour_day)
    assert STAFF.is_working_day(labour_day)


def test_a_day_cannot_be_both_off_and_worked():
    with pytest.raises(ValueError, match="2027-01-03"):
        WorkingCalendar({2027: {"off": [date(2027, 1, 3)], "work": [date(2027, 1, 3)]}})


def test_working_days_between_counts_the_last_day_and_not_the_first():
    assert CALENDAR.working_days_between(date(2024, 4, 3), date(2024, 4, 15)) == 7
    assert CALENDAR.working_days_between(date(2024, 4, 3), date(2024, 4, 3)) == 0
