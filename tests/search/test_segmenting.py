"""How texts and queries are cut: the same words always give the same tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.search.segmenting import LONGEST_TOKEN, MOST_WORDS, read_query, tokens

TEXT = "第十二条　业主应当在每月5日前缴纳路灯维修费，标准见ＧＢ50034-2013。"


def found(query: str, text: str = TEXT) -> bool:
    """Whether a text has all that a query needs."""
    return all(token in tokens(text) for word in read_query(query) for token in word.tokens)


@pytest.mark.parametrize(
    "query",
    [
        "路灯",
        "业主",
        "灯维",
        "维修费",
        "灯",
        "第十二条",
        "第12条",
        "第 12 条",
        "第１２条",
        "12",
        "5日",
        "gb50034",
        "ＧＢ",
        "2013",
        "业主 路灯",
        "路灯维修费什么时候缴纳",
    ],
)
def test_what_stands_in_a_text_is_found_however_it_is_typed(query: str) -> None:
    assert found(query)


@pytest.mark.parametrize("query", ["路面", "第二条", "第十条", "1", "2", "50", "第十二款", "b500"])
def test_what_does_not_stand_there_is_not_found(query: str) -> None:
    assert not found(query)


def test_an_article_is_found_in_either_way_of_writing_it() -> None:
    assert found("第十二条", "请修改第12条")
    assert found("第12条", "请修改第十二条")
    assert not found("第12条", "请修改12条建议")


def test_fillers_are_left_out_where_there_are_other_words() -> None:
    assert [word.written[0] for word in read_query("路灯的费用是多少")] == ["路灯", "费用"]
    assert [word.written[0] for word in read_query("的")] == ["的"]


@pytest.mark.parametrize("query", ["", "   ", "，。！", "🙂", "_kcomment"[:1]])
def test_a_query_without_words_asks_for_nothing(query: str) -> None:
    assert read_query(query) == []


def test_nobody_names_the_marks_of_an_entry() -> None:
    assert [word.tokens for word in read_query("_kcomment _c12")] == [
        ("kcomment",),
        ("c",),
        ("12",),
    ]


def test_a_long_query_is_cut() -> None:
    assert len(read_query(" ".join(f"词{each}号" for each in range(50)))) == MOST_WORDS


@given(st.text(max_size=200))
def test_tokens_hold_nothing_that_a_database_reads(text: str) -> None:
    for token in tokens(text):
        assert not set(token[1:]) & set(" '\"\\:*&|!()<>_-")
        assert not any(each.isspace() for each in token)
        assert 0 < len(token) <= LONGEST_TOKEN


@given(st.text(alphabet="路灯维修坏了水电费第十二条3年a B，", min_size=1, max_size=40))
def test_every_query_finds_the_text_that_it_is(text: str) -> None:
    assert found(text, f"前面。{text}。后面")
