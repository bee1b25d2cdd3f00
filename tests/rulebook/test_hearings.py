"""Warnings on the dates of a hearing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from participation.rulebook.days import CHINA
from participation.rulebook.hearings import hearing_findings
from participation.rulebook.matters import Matter

STARTS = datetime(2026, 7, 20, 9, 0, tzinfo=CHINA)
EARLY = STARTS - timedelta(days=40)
SEVEN = timedelta(days=7)
SECOND = timedelta(seconds=1)


def before(days: int) -> datetime:
    return STARTS - timedelta(days=days)


@pytest.mark.parametrize(
    ("announced_at", "materials_at", "given", "rule_ids"),
    [
        (EARLY, STARTS - SEVEN, {}, []),
        (EARLY, STARTS - SEVEN + SECOND, {}, ["H4"]),
        (EARLY, None, {}, ["H4"]),
        (before(10), before(9), {}, []),
        (before(9), before(8), {}, ["HN"]),
        (before(9), None, {}, ["HN", "H4"]),
        (before(10), before(9), {"profile": {"HN": {"days": 20}}}, ["HN"]),
        (before(30), before(9), {"matter": Matter.RULE}, []),
        (before(29), before(9), {"matter": Matter.RULE}, ["HR"]),
        (STARTS, before(9), {}, ["H2"]),
    ],
)
def test_a_late_notice_or_late_materials_are_pointed_out(
    announced_at, materials_at, given, rule_ids
):
    found = hearing_findings(announced_at, STARTS, materials_at, **given)
    assert [remark.rule.id for remark in found] == rule_ids
    assert all(str(remark) for remark in found)


def test_the_warning_says_how_many_days_were_given_and_asked():
    [remark] = hearing_findings(before(9), STARTS, before(8))
    assert str(remark) == "听证会公告提前了9日，少于10日。"
