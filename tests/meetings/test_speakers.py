"""Statements pasted in bulk."""

from __future__ import annotations

import pytest

from participation.kernel.errors import Invalid
from participation.meetings.speakers import read_statements


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("居民周**：路灯太暗。", [("居民周**", "路灯太暗。")]),
        ("甲: 一\r\n乙：二", [("甲", "一"), ("乙", "二")]),
        ("甲：一\n\n接着说。\n乙：二", [("甲", "一\n接着说。"), ("乙", "二")]),
        ("主持人（镇长）：开会。", [("主持人（镇长）", "开会。")]),
        ("甲：\n一\n二", [("甲", "一\n二")]),
        ("甲：一\n我想问，这一条：怎么办？", [("甲", "一\n我想问，这一条：怎么办？")]),
        ("甲：晚上20:30关灯。", [("甲", "晚上20:30关灯。")]),
        ("甲：一\n20:30 关灯。", [("甲", "一\n20:30 关灯。")]),
        (" \n ", []),
    ],
)
def test_each_line_with_a_speaker_is_one_statement(
    pasted: str, found: list[tuple[str, str]]
) -> None:
    assert read_statements(pasted) == found


@pytest.mark.parametrize("pasted", ["没有人说的话", "：空", "很" * 61 + "：长"])
def test_words_without_a_speaker_are_refused(pasted: str) -> None:
    with pytest.raises(Invalid, match="发言人") as refused:
        read_statements(pasted)
    assert refused.value.field == "pasted"
