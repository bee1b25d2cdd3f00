"""The checks of answers, as tables of words."""

from __future__ import annotations

import pytest

from participation.adoption.checking import Answer, Finding, findings, names_ground, says_nothing
from participation.adoption.rules import Disposition

GOOD = "《云溪县公共设施条例》第三条已规定由乡镇管理，路灯每晚开到23点，故不再增加。"


def _answer(reason: str = GOOD, number: int = 1, **more: object) -> Answer:
    given = {"clause_key": "a1", "disposition": Disposition.NOT_ADOPTED, "member_count": 3}
    return Answer(number, reason=reason, **{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "reason",
    [
        "收到。",
        "已收悉，感谢您的宝贵意见！",
        "谢谢",
        "已阅",
        "予以研究。",
        "感谢您对我们工作的支持，您的建议我们将认真研究。",
        "我局将在今后工作中予以充分考虑。",
        "已按规定办理，特此回复。",
        "不予采纳。",
        "……",
    ],
)
def test_courtesy_and_promises_say_nothing(reason: str) -> None:
    assert says_nothing(reason)
    assert findings(_answer(reason)) == [Finding.SAYS_NOTHING]


@pytest.mark.parametrize(
    "reason",
    [
        GOOD,
        "感谢建议。路灯开到十一点会影响沿街居民休息。",
        "电费由村集体负担，村里没有这笔钱。",
        "与第四条重复。",
    ],
)
def test_words_with_a_cause_say_something(reason: str) -> None:
    assert not says_nothing(reason)


@pytest.mark.parametrize(
    ("reason", "is_named"),
    [
        ("第四条已经写明。", True),
        ("见本办法第 12 条第二款。", True),
        ("《道路照明设计标准》有规定。", True),
        ("每盏灯一年电费约300元。", True),
        ("改为三个月内公布。", True),
        ("百分之八十的住户不同意。", True),
        ("这样会影响沿街居民休息。", False),
        ("《》没有规定。", False),
        ("一方面不合适，一般也不这样做。", False),
    ],
)
def test_a_ground_is_an_article_a_law_or_a_number(reason: str, is_named: bool) -> None:
    assert names_ground(reason) is is_named


def test_a_changed_clause_is_its_own_ground() -> None:
    reason = "采纳，条文照此修改写清楚由谁维修。"
    assert findings(_answer(reason)) == [Finding.NO_GROUND]
    assert findings(_answer(reason, is_changed=True)) == []


@pytest.mark.parametrize(
    ("members", "reason", "found"),
    [
        (19, "第三条已经写明。", []),
        (20, "第三条已经写明。", [Finding.SHORT_FOR_MANY]),
        (20, GOOD + GOOD, []),
    ],
)
def test_many_want_more_than_a_line(members: int, reason: str, found: list[Finding]) -> None:
    assert findings(_answer(reason, member_count=members)) == found


@pytest.mark.parametrize(
    ("other", "is_shared"),
    [
        ({}, False),
        ({"clause_key": "a2"}, True),
        ({"disposition": Disposition.EXPLAINED}, True),
        ({"clause_key": "a2", "reason": GOOD + "另外，没有经费。"}, False),
    ],
)
def test_one_reason_for_different_things_is_found(
    other: dict[str, object], is_shared: bool
) -> None:
    others = [_answer(), _answer(number=2, **other)]  # type: ignore[arg-type]
    assert (Finding.SHARED_REASON in findings(others[0], others)) is is_shared


def test_a_sound_answer_lacks_nothing() -> None:
    assert findings(_answer()) == []
