"""Windows: the minimum by kind of matter, the counting, shortening and extending."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.rulebook.calendar import WorkingCalendar
from participation.rulebook.days import CHINA, close_after
from participation.rulebook.matters import Matter, window_rule
from participation.rulebook.windows import (
    check_extension,
    check_window,
    days_in_window,
    earliest_lawful_close,
)

OPENED = datetime(2026, 6, 1, 10, 0, tzinfo=CHINA)  # a Monday; day 30 is Wednesday, 1 July
REASON = "汛期将至，需要在七月前施行。"


def window(last_day: date, *, opens_at=OPENED, matter=Matter.MAJOR_DECISION, **given):
    return check_window(matter, opens_at, close_after(last_day), **given)


@pytest.mark.parametrize(
    ("opened_at", "matter", "earliest_last_day"),
    [
        (OPENED, Matter.MAJOR_DECISION, date(2026, 7, 1)),
        (datetime(2026, 6, 1, 0, 0, tzinfo=CHINA), Matter.PLAN, date(2026, 7, 1)),
        (datetime(2026, 6, 1, 23, 59, 59, tzinfo=CHINA), Matter.PROJECT, date(2026, 7, 1)),
        # The same instant is the next day in China.
        (datetime(2026, 6, 1, 16, 0, tzinfo=UTC), Matter.RULE, date(2026, 7, 2)),
        # Day 30 is Saturday 4 July: it runs to Monday.
        (datetime(2026, 6, 4, 9, 0, tzinfo=CHINA), Matter.RULE, date(2026, 7, 6)),
        # Day 30 is 2 October 2026: it runs past the holiday.
        (datetime(2026, 9, 2, 9, 0, tzinfo=CHINA), Matter.PLAN, date(2026, 10, 8)),
        # A leap year's February: same day next month would be 29 days only.
        (datetime(2024, 2, 8, 9, 0, tzinfo=CHINA), Matter.RULE, date(2024, 3, 11)),
        # Seven working days, a made-up Sunday (7 April) among them.
        (datetime(2024, 4, 3, 9, 0, tzinfo=CHINA), Matter.NORMATIVE_DOCUMENT, date(2024, 4, 15)),
        (datetime(2024, 4, 3, 9, 0, tzinfo=CHINA), Matter.OTHER, date(2024, 4, 15)),
    ],
)
def test_the_earliest_lawful_close_counts_from_the_day_after_publication(
    opened_at, matter, earliest_last_day
):
    close = earliest_lawful_close(opened_at, window_rule(matter))
    assert close == close_after(earliest_last_day)
    found = check_window(matter, opened_at, close)
    assert not found.needs_reason
    assert not found.warnings
    earlier = check_window(matter, opened_at, close - timedelta(seconds=1))
    assert earlier.needs_reason or earlier.warnings, "short, or advised to run on"


@pytest.mark.parametrize(
    ("matter", "touches_market", "minimum", "rule_id"),
    [
        (Matter.MAJOR_DECISION, False, "不少于30日", "W1"),
        (Matter.PLAN, False, "不少于30日", "W1"),
        (Matter.PROJECT, False, "不少于30日", "W1"),
        (Matter.RULE, False, "不少于30日", "W2"),
        (Matter.NORMATIVE_DOCUMENT, False, "不少于7个工作日", "W5"),
        (Matter.NORMATIVE_DOCUMENT, True, "不少于30日", "W4"),
        (Matter.OTHER, False, "不少于7个工作日", "W5"),
    ],
)
def test_each_matter_has_its_minimum_and_the_strictest_wins(
    matter, touches_market, minimum, rule_id
):
    found = window_rule(matter, touches_market=touches_market)
    assert (str(found.minimum), found.rule.id) == (minimum, rule_id)
    assert found.rule.source


def test_a_place_with_a_longer_minimum_of_its_own_outdoes_the_30_days():
    profile = {"W5": {"working_days": 25}}
    found = window_rule(Matter.NORMATIVE_DOCUMENT, touches_market=True, profile=profile)
    assert (found.rule.id, found.days) == ("W5", 25)


@pytest.mark.parametrize(
    ("last_day", "reason", "lawful", "needs_reason", "days"),
    [
        (date(2026, 7, 1), "", True, False, 30),
        (date(2026, 7, 31), "", True, False, 60),
        (date(2026, 6, 30), "", False, True, 29),
        (date(2026, 6, 30), REASON, True, True, 29),
        (date(2026, 6, 30), " \u3000\u200b。", False, True, 29),
        (date(2026, 6, 2), REASON, True, True, 1),
        (date(2026, 6, 1), REASON, True, True, 0),
    ],
)
def test_a_shorter_window_needs_a_reason(last_day, reason, lawful, needs_reason, days):
    finding = window(last_day, short_reason=reason)
    assert (finding.lawful, finding.needs_reason, finding.days) == (lawful, needs_reason, days)
    assert finding.verdict.allowed is lawful
    assert finding.earliest_on == date(2026, 7, 1)


def test_the_refusal_names_the_minimum_and_the_earliest_day():
    refusal = window(date(2026, 6, 10)).verdict
    said = refusal.reason % refusal.params
    assert "30日" in said
    assert "2026-07-01" in said


def test_a_last_day_that_is_cut_off_does_not_count():
    closes_at = datetime(2026, 7, 1, 18, 0, tzinfo=CHINA)
    assert days_in_window(OPENED, closes_at) == 29
    assert check_window(Matter.PLAN, OPENED, closes_at).needs_reason


def test_a_full_window_ending_on_a_saturday_is_lawful_and_advised_to_run_on():
    opens_at = datetime(2026, 6, 4, 9, 0, tzinfo=CHINA)
    saturday = date(2026, 7, 4)
    found = window(saturday, opens_at=opens_at)
    assert not found.needs_reason
    assert "2026-07-06" in str(found.warnings[0])
    assert not window(saturday, opens_at=opens_at, profile={"W9": {"roll_over": 0}}).warnings
    assert window(date(2026, 7, 3), opens_at=opens_at).needs_reason


@pytest.mark.parametrize(
    ("opens_at", "closes_at"),
    [
        (OPENED, OPENED),
        (OPENED, OPENED - timedelta(seconds=1)),
        (OPENED, datetime(2126, 7, 1, tzinfo=CHINA)),
        (OPENED, datetime.max.replace(tzinfo=UTC)),
        (datetime.min.replace(tzinfo=UTC), OPENED),
        (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_dates_that_make_no_sense_are_refused_with_a_sentence_whatever_the_reason(
    opens_at, closes_at
):
    finding = check_window(Matter.OTHER, opens_at, closes_at, short_reason=REASON)
    assert not finding.lawful
    assert finding.verdict.reason
    assert not finding.needs_reason


def test_shortening_a_rule_warns_of_the_approval_it_needs():
    short = window(date(2026, 6, 20), matter=Matter.RULE, short_reason=REASON)
    assert short.lawful
    assert "批准" in str(short.warnings[0])
    assert window(date(2026, 6, 20), short_reason=REASON).warnings == ()
    assert window(date(2026, 7, 20), matter=Matter.RULE).warnings == ()


def test_a_window_that_runs_into_an_unannounced_year_is_provisional_and_says_so():
    finding = window(date(2027, 1, 20), opens_at=datetime(2026, 12, 10, 9, tzinfo=CHINA))
    assert finding.provisional
    assert "暂定" in str(finding.warnings[0])
    staff = WorkingCalendar({2027: {"off": [date(2027, 1, 1)], "work": []}})
    settled = window(
        date(2027, 1, 20), opens_at=datetime(2026, 12, 10, 9, tzinfo=CHINA), calendar=staff
    )
    assert not settled.provisional
    assert settled.warnings == ()


CLOSES = close_after(date(2026, 7, 1))
DURING = OPENED + timedelta(days=3)


@pytest.mark.parametrize(
    ("new_closes_at", "note", "now", "allowed"),
    [
        (CLOSES + timedelta(days=10), "收到延长的请求。", DURING, True),
        (CLOSES + timedelta(seconds=1), "收到延长的请求。", DURING, True),
        (CLOSES, "收到延长的请求。", DURING, False),
        (CLOSES - timedelta(days=1), "收到延长的请求。", DURING, False),
        (CLOSES + timedelta(days=10), "  ", DURING, False),
        (CLOSES + timedelta(days=10), "收到延长的请求。", CLOSES, False),
        (CLOSES + timedelta(days=10), "收到延长的请求。", CLOSES - timedelta(seconds=1), True),
        (CLOSES + timedelta(days=36500), "收到延长的请求。", DURING, False),
    ],
)
def test_an_open_window_is_only_ever_extended_and_with_a_note(new_closes_at, note, now, allowed):
    verdict = check_extension(CLOSES, new_closes_at, note=note, now=now)
    assert verdict.allowed is allowed
    assert bool(verdict.reason) is not allowed
