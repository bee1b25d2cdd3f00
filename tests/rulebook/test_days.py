"""Days and instants: "until 15 June" and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.rulebook.days import CHINA, close_after, closing, last_day_of, local, start_of

ZONES = st.sampled_from([CHINA, ZoneInfo("Asia/Urumqi"), ZoneInfo("Europe/Paris"), UTC])


def test_until_15_june_is_the_first_instant_of_16_june_in_china():
    assert close_after(date(2026, 6, 15)) == datetime(2026, 6, 15, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("closes_at", "last_on", "words"),
    [
        (datetime(2026, 6, 16, 0, 0, tzinfo=CHINA), date(2026, 6, 15), "6月15日 24:00"),
        (datetime(2026, 6, 15, 18, 0, tzinfo=CHINA), date(2026, 6, 15), "6月15日 18:00"),
        (datetime(2026, 6, 15, 18, 0, 30, tzinfo=CHINA), date(2026, 6, 15), "6月15日 18:00:30"),
        (datetime(2026, 6, 16, 0, 1, tzinfo=CHINA), date(2026, 6, 16), "6月16日 00:01"),
        (datetime(2027, 1, 1, 0, 0, tzinfo=CHINA), date(2026, 12, 31), "12月31日 24:00"),
        (datetime(2026, 6, 15, 16, 0, tzinfo=UTC), date(2026, 6, 15), "6月15日 24:00"),
    ],
)
def test_a_closing_instant_is_said_as_a_day_and_an_hour(closes_at, last_on, words):
    assert last_day_of(closes_at) == last_on
    assert str(closing(closes_at)) == words
    assert closing(closes_at).at() == closes_at


@given(st.dates(date(2001, 1, 1), date(2199, 12, 30)), ZONES)
def test_a_last_day_comes_back_from_its_closing_instant(day, zone):
    assert last_day_of(close_after(day, zone), zone) == day
    assert closing(close_after(day, zone), zone).clock == "24:00"
    assert close_after(day, zone) == start_of(day + timedelta(days=1), zone)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        local(datetime(2026, 6, 15))
