"""Answers that only acknowledge, held against real replies of an office."""

import json

import pytest

from participation.rulebook.acknowledging import is_empty, substance
from tests.conftest import SHARED

EMPTY = (
    "",
    "您好！您的问题已收悉，感谢您的关注！",
    "网友：您反映的问题已转至有关部门调查核处。2018年4月17日",
    "您好，我们将认真研究您的建议，祝您生活愉快。",
    "尊敬的市民：来信收悉，我局高度重视，正在协调处理当中，请耐心等待。",
    "已收到。" * 40,
)
ANSWERS = (
    "依据草案第十二条，可以补办。",
    "不需要。",
    "按草案第三条，路灯由产权单位维修；没有产权单位的，由街道办事处负责。",
    "您好！您的来信已收悉。经核实，二期路灯已列入今年计划，十月底前装好。感谢您的支持！",
    "每户补贴200元。",
)


@pytest.mark.parametrize("answer", EMPTY)
def test_an_acknowledgement_is_no_answer(answer: str) -> None:
    assert is_empty(answer)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_short_answer_that_decides_something_is_one(answer: str) -> None:
    assert not is_empty(answer), substance(answer)


def test_of_real_replies_the_empty_ones_are_caught_and_no_long_one_is() -> None:
    path = SHARED / "data" / "messages" / "board_replies.jsonl"
    replies = [json.loads(line)["reply"] for line in path.read_text("utf-8").splitlines()]
    caught = [each for each in replies if is_empty(each)]
    only_told = [
        each for each in replies if len(each) < 80 and ("已转" in each or "已收悉" in each)
    ]
    assert 40 <= len(caught) <= 60
    assert all(len(each) < 110 for each in caught)
    assert sum(each in caught for each in only_told) >= 0.85 * len(only_told)
