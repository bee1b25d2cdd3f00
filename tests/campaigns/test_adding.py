"""What a sender added to the common text is pulled out, wherever it stands."""

from __future__ import annotations

import random

from participation.campaigns.adding import added_signs, own_parts, own_spans, without
from tests.campaigns.labelled import NAMES, TOPICS, labelled

TEXT = TOPICS[1].text


def own(words: str, common: str = TEXT) -> list[str]:
    return [part.words for part in own_parts(common, words) if part.is_own]


def test_an_added_sentence_and_an_inserted_name_are_the_senders_own() -> None:
    first, rest = TEXT.split("，", 1)
    assert own(f"{TEXT}我家老人上个月摔了一跤。") == ["我家老人上个月摔了一跤。"]
    assert own(f"周桂兰：{TEXT}") == ["周桂兰："]
    assert own(f"{first}周桂兰，{rest}") == ["周桂兰，"]


def test_sentences_in_another_order_and_other_points_add_nothing() -> None:
    sentences = TEXT.replace("。", "！\n").splitlines()
    assert own("".join(reversed(sentences))) == []
    assert own(TEXT.replace("，", ", ")) == []


def test_the_parts_together_are_the_words() -> None:
    words = [each.words for each in labelled(2, versions=2)]
    draw = random.Random(1)
    for each in words:
        common = draw.choice(words)
        assert "".join(part.words for part in own_parts(common, each)) == each


def test_the_typical_texts_own_name_is_not_in_the_common_text() -> None:
    leader = f"{NAMES[0]}：{TEXT}"
    others = [f"{name}：{TEXT}" for name in NAMES[1:6]]
    spans = own_spans(leader, others)
    assert without(leader, spans) == f"…{TEXT}"
    assert own_spans(leader, []) == []
    assert without(TEXT, []) == TEXT


def test_added_signs_are_counted_without_points() -> None:
    assert added_signs(own_parts(TEXT, f"{TEXT}谢谢！！")) == 2
