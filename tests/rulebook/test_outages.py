"""What an interruption near the end of a window means: how much was lost, what gives it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from participation.rulebook.days import CHINA, close_after, last_day_of, local
from participation.rulebook.outages import (
    Span,
    compensated_close,
    joined,
    lost_before,
    must_answer,
    touches_end,
    without,
)

# Monday 15 June 2026, 24:00 in China.
CLOSE = close_after(date(2026, 6, 15))
HALF_HOUR = timedelta(minutes=30)


def _span(before_close: timedelta, length: timedelta) -> Span:
    return Span(CLOSE - before_close, CLOSE - before_close + length)


@pytest.mark.parametrize(
    ("spans", "lost"),
    [
        ([], 0),
        ([_span(timedelta(hours=2), timedelta(minutes=40))], 40),
        ([_span(timedelta(hours=25), timedelta(minutes=40))], 0),
        ([_span(timedelta(hours=24, minutes=20), timedelta(minutes=40))], 20),
        ([_span(timedelta(minutes=10), timedelta(hours=5))], 10),
        # Two reports of the same time count once.
        ([_span(timedelta(hours=2), HALF_HOUR), _span(timedelta(hours=2), HALF_HOUR * 2)], 60),
        ([_span(timedelta(hours=9), HALF_HOUR), _span(timedelta(hours=2), HALF_HOUR)], 60),
    ],
)
def test_only_the_last_day_before_the_close_counts(spans: list[Span], lost: int) -> None:
    assert lost_before(CLOSE, spans) == timedelta(minutes=lost)


def test_half_an_hour_may_be_lost_and_no_more() -> None:
    assert not must_answer(CLOSE, [_span(timedelta(hours=3), HALF_HOUR)])
    assert must_answer(CLOSE, [_span(timedelta(hours=3), HALF_HOUR + timedelta(seconds=1))])


def test_downtime_across_the_close_takes_its_end_however_short_it_is() -> None:
    assert touches_end(CLOSE, _span(timedelta(minutes=5), timedelta(minutes=10)))
    assert not touches_end(CLOSE, _span(timedelta(minutes=15), timedelta(minutes=10)))
    assert not touches_end(CLOSE, Span(CLOSE, CLOSE + timedelta(hours=9)))


@pytest.mark.parametrize(
    ("span", "last_day"),
    [
        # Two hours of Monday evening are given back until Tuesday 24:00.
        (_span(timedelta(hours=3), timedelta(hours=2)), date(2026, 6, 16)),
        # The close lies inside: as long again after the end of the downtime.
        (_span(timedelta(hours=1), timedelta(hours=20)), date(2026, 6, 17)),
        # From Thursday 18 on: Friday 19 is the Dragon Boat Festival, then a weekend.
        (_span(timedelta(hours=1), timedelta(hours=40)), date(2026, 6, 22)),
    ],
)
def test_a_window_is_extended_to_the_end_of_a_working_day(span: Span, last_day: date) -> None:
    new = compensated_close(CLOSE, [span])
    assert last_day_of(new) == last_day
    assert local(new, CHINA).time().isoformat() == "00:00:00", "24:00, never in the night"
    assert new - max(CLOSE, span.until_at) >= span.length


def test_a_close_by_day_is_extended_to_the_end_of_that_day() -> None:
    noon = datetime(2026, 6, 15, 4, tzinfo=UTC)
    new = compensated_close(noon, [Span(noon - timedelta(hours=2), noon - timedelta(hours=1))])
    assert new == CLOSE


def test_what_was_planned_is_cut_out_of_what_was_found() -> None:
    found = _span(timedelta(hours=10), timedelta(hours=8))
    planned = _span(timedelta(hours=9), timedelta(hours=2))
    assert without(found, [planned]) == [
        Span(found.from_at, planned.from_at),
        Span(planned.until_at, found.until_at),
    ]
    assert without(found, [found]) == []
    assert joined(without(found, [])) == [found]
