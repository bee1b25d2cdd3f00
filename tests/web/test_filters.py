"""Values as people write them, in both languages and in the platform's zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from participation.kernel.errors import Refused
from participation.kernel.verdict import no, yes
from participation.web import filters

AT = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)


@pytest.fixture
def zh(app: Flask) -> Iterator[None]:
    """A request of a Chinese reader."""
    with app.test_request_context("/"):
        yield


@pytest.fixture
def en(app: Flask) -> Iterator[None]:
    """A request of an English reader."""
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        yield


@pytest.mark.usefixtures("zh")
def test_dates_in_chinese() -> None:
    assert filters.day(date(2026, 6, 5)) == "2026年6月5日"
    assert filters.day(MIDNIGHT) == "2026年6月16日"
    assert filters.instant(AT) == "2026年6月15日 18:30"
    assert filters.last_moment(AT) == "2026年6月15日 18:30"
    assert filters.last_moment(MIDNIGHT) == "2026年6月15日 24:00"
    assert filters.last_moment(MIDNIGHT + timedelta(seconds=1)) == "2026年6月16日 00:00"
    assert filters.deadline(MIDNIGHT) == "2026年6月15日 24:00 截止"


@pytest.mark.usefixtures("en")
def test_dates_in_english() -> None:
    assert filters.day(date(2026, 6, 5)) == "5 June 2026"
    assert filters.instant(AT) == "15 June 2026, 18:30"
    assert filters.last_moment(MIDNIGHT) == "15 June 2026, 24:00"
    assert [filters.day(date(2026, month, 1)).split()[1][:3] for month in (1, 8, 12)] == [
        "Jan", "Aug", "Dec",
    ]  # fmt: skip


def test_days_belong_to_the_platforms_zone(app: Flask) -> None:
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Urumqi"
    with app.test_request_context("/"):
        assert filters.instant(AT) == "2026年6月15日 16:30"


@pytest.mark.usefixtures("zh")
@pytest.mark.parametrize(
    ("left", "wanted"),
    [
        (timedelta(days=2, hours=6, minutes=59), "还有 2 天 6 小时"),
        (timedelta(days=1), "还有 1 天 0 小时"),
        (timedelta(hours=23, minutes=59, seconds=59), "还有 23 小时 59 分钟"),
        (timedelta(hours=1), "还有 1 小时 0 分钟"),
        (timedelta(minutes=59, seconds=59), "还有 59 分钟"),
        (timedelta(minutes=1), "还有 1 分钟"),
        (timedelta(seconds=59), "不到 1 分钟"),
        (timedelta(microseconds=1), "不到 1 分钟"),
        (timedelta(0), ""),
        (timedelta(seconds=-1), ""),
    ],
)
def test_the_remaining_time_never_says_more_than_is_left(left: timedelta, wanted: str) -> None:
    assert filters.remaining(AT + left, AT) == wanted


@pytest.mark.usefixtures("zh")
def test_numbers() -> None:
    assert filters.number(1234567) == "1,234,567"
    assert filters.percent(1, 3) == "33.3%"
    assert filters.percent(0, 0) == "—"
    assert filters.percent(0, 5) == "0.0%"
    assert [filters.file_size(count) for count in (0, 1023, 1024, 1024 * 1024, 5 * 1024**2)] == [
        "0 字节", "1023 字节", "1 KB", "1.0 MB", "5.0 MB",
    ]  # fmt: skip
    assert filters.iso(AT) == "2026-06-15T10:30:00Z"


class Said:
    """A remark, as the rulebook makes them."""

    def __init__(self, sentence: str, **params: Any) -> None:
        self.sentence, self.params = sentence, params


@pytest.mark.usefixtures("zh")
@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (no("最多 %(most)s 字。", most=5), "最多 5 字。"),
        (Refused("最多 %(most)s 字。", {"most": 5}), "最多 5 字。"),
        (Said("%(on)s截止", on=date(2026, 6, 5)), "2026年6月5日截止"),
        (Said("%(at)s截止", at=MIDNIGHT), "2026年6月15日 24:00截止"),
        ("征求意见中", "征求意见中"),
        (yes(), ""),
        ("", ""),
    ],
)
def test_a_rules_answer_is_said_with_its_values(value: Any, wanted: str) -> None:
    assert filters.sentence(value) == wanted


def test_what_fills_a_sentence_is_shown_and_never_run(app: Flask) -> None:
    with app.test_request_context("/"):
        page = app.jinja_env.from_string("{{ value|sentence }}").render(
            value=no("题目是%(title)s", title="<script>alert(1)</script>")
        )
    assert "<script>" not in page
