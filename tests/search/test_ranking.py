"""What comes before what."""

from __future__ import annotations

from participation.search.ranking import phrase_of, score
from participation.search.rules import Kind
from participation.search.segmenting import read_query


def of(query: str, text: str, title: str = "", kind: Kind = Kind.COMMENT) -> int:
    """The relevance of a text to a query."""
    return score(kind, title, text, read_query(query), phrase_of(query))


def test_words_in_the_title_count_more() -> None:
    assert of("路灯", "说明", "路灯管理办法") > of("路灯", "路灯坏了", "管理办法")


def test_a_short_text_about_it_comes_before_a_long_one_that_mentions_it() -> None:
    assert of("路灯", "路灯坏了") > of("路灯", "路灯坏了" + "还有别的事情要说" * 60)


def test_often_counts_more_and_ever_less_so() -> None:
    texts = ["路灯" * times + "，坏了好几天" for times in (1, 2, 3)]
    first, second, third = (of("路灯", text) for text in texts)
    assert first < second < third
    assert second - first > third - second


def test_the_query_as_it_was_typed_counts_more_than_its_words() -> None:
    assert of("路灯维修", "请加快路灯维修工作") > of("路灯维修", "维修工作包括路灯吧")


def test_what_the_office_says_comes_first_where_all_else_is_equal() -> None:
    assert of("路灯", "路灯", kind=Kind.CLAUSE) > of("路灯", "路灯", kind=Kind.COMMENT)


def test_the_article_itself_comes_before_texts_that_name_it() -> None:
    itself = of("第12条", "业主应当缴费。" * 40, "第十二条", Kind.CLAUSE)
    assert itself > of("第12条", "第十二条 第十二条 第十二条", "关于第十二条", Kind.CONSULTATION)
