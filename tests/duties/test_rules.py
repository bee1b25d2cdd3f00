"""Steps of reminders and nearness of due days, at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.duties import rules
from participation.duties.rules import OVERDUE, Duty, DutyKind, When
from participation.kernel.actor import Actor, Role
from participation.rulebook.days import CHINA

DUE = date(2026, 6, 30)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (_at(1, 12), [14, 7, 3, 1, OVERDUE]),
        (_at(16, 8, 59), [14, 7, 3, 1, OVERDUE]),
        (_at(16, 9), [14, 7, 3, 1, OVERDUE]),
        (_at(23, 9), [7, 3, 1, OVERDUE]),
        (_at(26, 9), [7, 3, 1, OVERDUE]),
        (_at(27, 9), [3, 1, OVERDUE]),
        (_at(30, 23), [1, OVERDUE]),
        (_at(30, 23) + timedelta(hours=10), [OVERDUE]),
        (_at(30, 23) + timedelta(days=90), [OVERDUE]),
    ],
)
def test_a_step_is_over_as_soon_as_the_next_has_begun(now: datetime, left: list[int]) -> None:
    assert rules.steps_from(DutyKind.SUMMARY, DUE, now.astimezone(UTC), CHINA) == left


def test_exactly_one_step_is_now_once_the_first_has_begun() -> None:
    steps = (*rules.STEPS[DutyKind.SUMMARY], OVERDUE)
    for hours in range(-24 * 20, 24 * 5):
        now = datetime(2026, 6, 30, 0, 30, tzinfo=CHINA) + timedelta(hours=hours)
        at_work = [s for s in steps if rules.is_step_now(DutyKind.SUMMARY, DUE, s, now, CHINA)]
        assert len(at_work) == (now >= _at(16, 9)), now


def test_what_no_rule_dates_is_never_reminded_of() -> None:
    for kind in (DutyKind.MODERATE, DutyKind.OUTAGE, DutyKind.QUIET):
        assert rules.steps_from(kind, DUE, _at(29, 12), CHINA) == []


@pytest.mark.parametrize(
    ("due_on", "when"),
    [
        (None, When.UNDATED),
        (date(2026, 5, 31), When.LATE),
        (date(2026, 6, 1), When.SOON),
        (date(2026, 6, 8), When.SOON),
        (date(2026, 6, 9), When.LATER),
    ],
)
def test_a_duty_is_late_from_the_day_after_its_due_day(due_on: date | None, when: When) -> None:
    duty = Duty(DutyKind.SUMMARY, 1, "2026-0001", "", 1, 1, due_on)
    assert duty.when(date(2026, 6, 1)) is when


def test_heads_coordinators_and_administrators_see_the_overview() -> None:
    allowed = {role for role in Role if rules.may_see_overview(Actor(role, 1))}
    assert allowed == {Role.REVIEWER, Role.OFFICER, Role.ADMINISTRATOR}
