"""Near copies are put together in whatever order they come, opposites and mere likeness are not."""

from __future__ import annotations

import random

import pytest

from participation.campaigns import grouping
from participation.campaigns.grouping import Text, group
from participation.campaigns.normalising import clauses
from participation.campaigns.rules import LEAST_SIGNS, PRECISION, RECALL, THRESHOLD, Side
from tests.campaigns.labelled import SHORTS, TOPICS, labelled, measure

SEEDS = (1, 2)
TEXT = TOPICS[0].text


def text_of(words: str, side: Side = Side.NEITHER, copies: int = 1) -> Text:
    """The words as they are compared."""
    return Text(tuple(clauses(words)), side, copies)


@pytest.mark.parametrize("seed", SEEDS)
def test_precision_and_recall_on_the_labelled_set_are_what_we_publish(seed: int) -> None:
    found = measure(labelled(seed, versions=6))
    assert found.precision >= PRECISION
    assert found.recall >= RECALL
    assert min(found.by_kind.values()) >= 0.95


def test_without_the_look_at_opposites_the_set_would_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grouping, "are_opposed", lambda _one, _other: False)
    assert measure(labelled(1, versions=6)).precision < PRECISION


def test_width_points_space_and_case_make_no_difference_and_numerals_stay() -> None:
    assert clauses("ＰＭ２．５ 超标，\n请公开　数据！") == ["pm25超标", "请公开数据"]
    assert clauses("罚款三十元；") == ["罚款三十元"]
    assert clauses("，。 \n") == []


def test_the_same_texts_in_another_order_make_the_same_groups() -> None:
    texts = [text_of(each.words, each.side) for each in labelled(3, versions=3)]
    texts = list(dict.fromkeys(texts))

    def said(given: list[Text]) -> list[list[tuple[tuple[str, ...], Side]]]:
        return [[given[at.place][:2] for at in found.texts] for found in group(given)]

    shuffled = list(texts)
    random.Random(5).shuffle(shuffled)
    assert said(texts) == said(shuffled)
    assert said(texts)


def test_short_texts_are_in_no_group_however_many_send_them() -> None:
    assert group([text_of(words, copies=500) for words in SHORTS]) == []
    edge = "一二三四五六七八九十甲乙"
    assert len(edge) == LEAST_SIGNS
    assert len(group([text_of(edge, copies=2)])) == 1
    assert group([text_of(edge[:-1], copies=2)]) == []


def test_what_ticked_support_and_oppose_is_apart_and_a_suggestion_goes_with_the_first() -> None:
    texts = [text_of(TEXT, side, 2) for side in (Side.FAVOUR, Side.AGAINST)]
    assert [len(each.texts) for each in group(texts)] == [1, 1]
    with_third = [*texts, text_of(TEXT, Side.NEITHER, 50)]
    sizes = sorted(len(each.texts) for each in group(with_third))
    assert sizes == [1, 2]


def test_every_text_of_a_group_resembles_the_typical_one_by_the_threshold() -> None:
    texts = [text_of(each.words) for each in labelled(4, versions=3)]
    texts = list(dict.fromkeys(texts))
    for found in group(texts):
        typical = grouping.grams(texts[found.leader].signs)
        for each in found.texts:
            alike = grouping.resemblance(typical, grouping.grams(texts[each.place].signs))
            assert alike == each.resemblance >= THRESHOLD


def test_nothing_and_one_lonely_text_make_no_group() -> None:
    assert group([]) == []
    assert group([text_of(TEXT)]) == []
