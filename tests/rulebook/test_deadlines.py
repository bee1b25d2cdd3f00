"""Due dates of adoption summaries and replies."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from participation.rulebook.calendar import WorkingCalendar
from participation.rulebook.days import CHINA, close_after
from participation.rulebook.deadlines import Difficulty, add_months, adoption_due, reply_due


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 1, date(2024, 3, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 6, 15), 0, date(2026, 6, 15)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day, months, later):
    assert add_months(day, months) == later


@pytest.mark.parametrize(
    ("closes_at", "on", "latest_on", "provisional"),
    [
        # "15 June 24:00" is stored as 16 June 00:00; the month runs from 15 June.
        (datetime(2026, 6, 16, tzinfo=CHINA), date(2026, 7, 15), date(2026, 7, 15), False),
        (datetime(2026, 6, 15, 18, tzinfo=CHINA), date(2026, 7, 15), date(2026, 7, 15), False),
        (datetime(2026, 6, 16, 9, tzinfo=CHINA), date(2026, 7, 16), date(2026, 7, 16), False),
        (datetime(2024, 2, 1, tzinfo=CHINA), date(2024, 2, 29), date(2024, 2, 29), False),
        # 31 January 2025 lies in the Spring Festival; the target stays, the law runs on.
        (datetime(2025, 1, 1, tzinfo=CHINA), date(2025, 1, 31), date(2025, 2, 5), False),
        (datetime(2026, 12, 16, tzinfo=CHINA), date(2027, 1, 15), date(2027, 1, 15), True),
    ],
)
def test_the_adoption_summary_is_due_a_month_after_the_last_day(
    closes_at, on, latest_on, provisional
):
    due = adoption_due(closes_at)
    assert (due.on, due.latest_on, due.provisional) == (on, latest_on, provisional)
    assert due.at == close_after(latest_on)


def test_a_due_date_is_settled_by_the_list_staff_entered():
    staff = WorkingCalendar({2027: {"off": [date(2027, 1, 15)], "work": [date(2027, 1, 16)]}})
    due = adoption_due(datetime(2026, 12, 16, tzinfo=CHINA), calendar=staff)
    assert (due.on, due.latest_on, due.provisional) == (
        date(2027, 1, 15),
        date(2027, 1, 16),
        False,
    )


@pytest.mark.parametrize(
    ("received_on", "difficulty", "on"),
    [
        (date(2024, 4, 3), Difficulty.SIMPLE, date(2024, 4, 7)),
        (date(2024, 4, 3), Difficulty.COMPLEX, date(2024, 4, 9)),
        (date(2025, 12, 31), Difficulty.SIMPLE, date(2026, 1, 4)),
        (date(2025, 4, 30), Difficulty.COMPLEX, date(2025, 5, 8)),
    ],
)
def test_a_reply_is_due_in_working_days_after_the_day_of_receipt(received_on, difficulty, on):
    due = reply_due(received_on, difficulty)
    assert (due.on, due.latest_on, due.at) == (on, on, close_after(on))
    assert difficulty.label
