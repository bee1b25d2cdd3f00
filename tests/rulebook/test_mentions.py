"""Dates and lengths in the words of a notice, and words that keep people away."""

from __future__ import annotations

import json
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from participation.rulebook.days import CHINA, close_after
from participation.rulebook.mentions import hostile_sentences, mentions_of_length

SHARED = Path(__file__).parents[3] / "shared" / "data"
OPENS = datetime(2024, 2, 8, 9, 0, tzinfo=CHINA)
CLOSES = close_after(date(2024, 3, 11))  # 32 days, 18 of them worked


def quotes(text: str) -> list[object]:
    found = mentions_of_length(text, opens_at=OPENS, closes_at=CLOSES)
    assert all(str(remark) for remark in found)
    return [remark.params["quote"] for remark in found]


@pytest.mark.parametrize(
    ("text", "amiss"),
    [
        ("请于2024年3月11日前反馈意见。", []),
        ("请于2024年3月8日前反馈意见。", ["2024年3月8日"]),
        ("请于3月8日前反馈意见。", ["3月8日"]),
        ("请于3月11日18:00前反馈意见。", []),
        ("意见反馈截止时间为2024年3月11日（星期一）。", []),
        ("意见反馈截止时间为２０２４年３月８日。", ["2024年3月8日"]),
        ("意见反馈截止时间：2023年3月11日。", ["2023年3月11日"]),
        ("请于二〇二四年三月十一日前反馈意见。", []),
        ("请于二〇二四年三月八日前反馈意见。", ["二〇二四年三月八日"]),
        ("征求意见时间为2024年2月8日至3月11日。", []),
        ("征求意见时间为2024年2月8日至3月8日。", ["3月8日"]),
        ("征求意见时间为2024年2月18日至3月11日。", ["2024年2月18日"]),
        ("征求意见时间为2024-02-08至2024-03-08。", ["2024-03-08"]),
        ("公示时间：3月1日至11日。", ["3月1日"]),
        ("公示时间：2月8日至20日。", ["20日"]),
        ("即日起至3月8日征求意见。", ["3月8日"]),
        ("征求意见期限为30日。", ["30日"]),
        ("征求意见期限为32日。", []),
        ("征求意见期限为三十天。", ["三十天"]),
        ("征求意见期限为三十二天。", []),
        ("征求意见期限不少于30日。", []),
        ("征求意见期限不少于40日。", ["40日"]),
        ("公示期为7个工作日。", ["7个工作日"]),
        ("公示期为18个工作日。", []),
        ("征求意见期限为1个月。", ["1个月"]),
        ("十十日内反馈意见。", ["十十日"]),
        # What is not about the window is left alone.
        ("《条例（征求意见稿）》根据2019年5月8日公布的办法制定。", []),
        ("本办法自2024年5月1日起施行。", []),
        ("2024年1月3日至1月20日，书面征求了各乡镇意见，收到反馈意见12条。", []),
        ("意见采纳情况在征求意见结束后1个月内公布。", []),
        ("自收到申请之日起15日内反馈结果。", []),
        ("反馈意见请寄：大木仓胡同37号，邮编100816。", []),
        ("", []),
    ],
)
def test_a_date_or_length_that_is_not_the_systems_is_pointed_out(text, amiss):
    assert quotes(text) == amiss


def test_the_warning_names_what_the_system_has():
    [wrong_day] = mentions_of_length("请于3月8日前反馈意见", opens_at=OPENS, closes_at=CLOSES)
    assert wrong_day.params["day"] == date(2024, 3, 11)
    [wrong_length] = mentions_of_length("征求意见期30日", opens_at=OPENS, closes_at=CLOSES)
    assert wrong_length.params["days"] == 32


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("逾期未反馈的，视为无意见。", 1),
        ("逾期未反馈视为没有不同意见。", 1),
        ("未按时回复的视为同意。", 1),
        ("匿名反馈意见一律不予采纳。", 1),
        ("未署名的意见不予受理。逾期视为无异议。", 2),
        ("匿名意见同样欢迎。", 0),
        ("可以匿名提交，我们都会研究。", 0),
        ("逾期提交的意见不再计入本次征求意见。", 0),
    ],
)
def test_words_that_keep_people_away_are_pointed_out(text, count):
    assert len(hostile_sentences(text)) == count


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared/data beside the checkout: real notices")
def test_real_notices_agree_with_their_own_dates_and_not_with_others():
    read = 0
    for line in (SHARED / "notices.jsonl").read_text("utf-8").splitlines():
        notice = json.loads(line)
        if not notice["text"]:
            continue
        read += 1
        opens_at = datetime.fromisoformat(notice["published"]).replace(tzinfo=CHINA)
        last_on = date.fromisoformat(notice["deadline"])
        own = mentions_of_length(notice["text"], opens_at=opens_at, closes_at=close_after(last_on))
        assert own == []
        moved = mentions_of_length(
            notice["text"], opens_at=opens_at, closes_at=close_after(last_on.replace(day=20))
        )
        assert len(moved) == 1
    assert read == 2


@pytest.mark.parametrize(
    "piece", ["3月8日至", "反馈2024-03-08~", "《征求意见", "征求意见一二三四", "匿名", "视为无"]
)
def test_a_text_of_126000_characters_is_read_in_a_moment(piece):
    text = piece * (126_000 // len(piece))
    began = time.perf_counter()
    mentions_of_length(text, opens_at=OPENS, closes_at=CLOSES)
    hostile_sentences(text)
    assert time.perf_counter() - began < 20
