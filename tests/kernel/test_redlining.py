"""Redlines: exact in what they say, and marked as a person would mark them."""

from __future__ import annotations

import itertools
import random

import pytest

from participation.kernel.redlining import redline, words

LETTERS = "甲乙丙十五日内向的的，。\n a1"


def _one(chance: random.Random) -> str:
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 40)))


def test_a_redline_holds_every_word_of_both_texts_and_no_other() -> None:
    chance = random.Random(20261122)
    for _ in range(500):
        old, new = _one(chance), _one(chance)
        parts = redline(old, new)
        assert "".join(text for op, text in parts if op != "insert") == old
        assert "".join(text for op, text in parts if op != "delete") == new


def test_parts_stand_in_one_order_and_never_beside_their_like() -> None:
    chance = random.Random(4)
    for _ in range(500):
        parts = redline(_one(chance), _one(chance))
        assert all(text for _, text in parts)
        for (before, _), (after, _) in itertools.pairwise(parts):
            assert before != after
            assert (before, after) != ("insert", "delete")


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("", "", []),
        ("一样的话。", "一样的话。", [("equal", "一样的话。")]),
        ("", "新写的。", [("insert", "新写的。")]),
        ("十五日内", "二十日内", [("delete", "十五"), ("insert", "二十"), ("equal", "日内")]),
        ("居民应当", "村民应当", [("delete", "居民"), ("insert", "村民"), ("equal", "应当")]),
        (
            "日内向县教育局申诉",
            "日内书面向县教育局申诉",
            [("equal", "日内"), ("insert", "书面"), ("equal", "向县教育局申诉")],
        ),
    ],
)
def test_words_and_numbers_change_whole_and_growth_is_only_growth(
    old: str, new: str, parts: list[tuple[str, str]]
) -> None:
    assert redline(old, new) == parts


def test_cutting_into_words_loses_nothing() -> None:
    text = "自收到之日起十五日内，\n向 A1 县 2026 年申诉。"
    assert "".join(words(text)) == text
    assert "十五" in words(text)
