"""A word of will turned round makes opposites; what was merely added does not."""

from __future__ import annotations

import pytest

from participation.campaigns.normalising import clauses
from participation.campaigns.opposing import are_opposed

BASE = "我支持延长末班公交的时间，冬天不要提前收班。"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("我反对延长末班公交的时间，冬天不要提前收班。", True),
        ("我不支持延长末班公交的时间，冬天不要提前收班。", True),
        ("冬天不要提前收班，我支持延长末班公交的时间。", False),
        ("我支持延长末班公交的时间，冬天可以提前收班。", True),
        ("我和家人都支持延长末班公交的时间，冬天不要提前收班。", False),
        ("我支持延长末班公交的时间，冬天不要提前收班，不然我们反对涨价。", False),
        ("我不但支持延长末班公交的时间，冬天不要提前收班。", False),
    ],
)
def test_turned_words_are_seen(other: str, expected: bool) -> None:
    assert are_opposed(clauses(BASE), clauses(other)) is expected
    assert are_opposed(clauses(other), clauses(BASE)) is expected


def test_a_short_sentence_of_will_without_a_partner_counts_by_support_alone() -> None:
    assert are_opposed(["我反对", "路灯坏了"], ["完全支持这样做", "路灯坏了"])
    assert not are_opposed(["我反对", "路灯坏了"], ["家在桥东", "路灯坏了"])
