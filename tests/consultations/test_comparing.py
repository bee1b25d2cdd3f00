"""The text in force beside the draft: what counts as a change, and what became of each article."""

from __future__ import annotations

from pathlib import Path

import pytest

from participation.consultations.comparing import (
    Change,
    Pair,
    Unit,
    compared,
    counted,
    normal,
    units_of,
)
from participation.consultations.plaintext import lines_of_text
from participation.consultations.tree import read_clauses

DRAFTS = Path("/work/shared/data/drafts")


def units(text: str) -> list[Unit]:
    return units_of(read_clauses(lines_of_text(text.encode(), markdown=False)).clauses)


def law(*articles: str) -> list[Unit]:
    numbers = "一二三四五六七八九十"
    lines = [f"第{numbers[place]}条　{words}" for place, words in enumerate(articles)]
    return units("某地办法\n\n" + "\n".join(lines))


def fates(old: list[Unit], new: list[Unit]) -> list[tuple[str, str]]:
    return [(each.change.value, each.unit.label) for each in compared(old, new)]


A = "为了保护河道，防止水土流失，制定本办法。"
B = "县水利局主管全县河道的巡查、清淤和标志牌的设置。"
C = "任何人不得在河道内倾倒垃圾、堆放秸秆或者搭建棚屋。"
D = "违反本办法的，由县水利局责令限期改正，逾期不改的处五百元罚款。"
E = "村民委员会可以组织村民义务清理河道，所需工具由镇人民政府提供。"


@pytest.mark.skipif(not DRAFTS.is_dir(), reason="the shared drafts are not on this machine")
def test_the_shanghai_pair_has_fourteen_changed_articles() -> None:
    old, new = (
        units_of(read_clauses(lines_of_text(data, markdown=True)).clauses)
        for data in (
            (DRAFTS / f"shanghai-property-{year}-text.md").read_bytes() for year in (2018, 2020)
        )
    )
    figures = counted(compared(old, new))
    assert figures == {Change.CHANGED: 14, Change.SAME: 81}


def test_what_a_reader_does_not_see_is_no_change() -> None:
    old = law("收费标准(试行)为10元,按月收取。")
    new = law("收费标准（试行）为１０元，按月\u200b收 取。")
    assert fates(old, new) == [("same", "第一条")]


def test_one_letter_more_is_a_change() -> None:
    assert fates(law(A), law(A.replace("防止", "防治"))) == [("changed", "第一条")]


def test_upper_and_lower_case_are_seen_and_so_a_change() -> None:
    assert normal("A级") != normal("a级")


def test_an_article_put_in_between_renumbers_the_rest_and_changes_none_of_it() -> None:
    assert fates(law(A, B, C), law(A, D, B, C)) == [
        ("same", "第一条"),
        ("added", "第二条"),
        ("moved", "第三条"),
        ("moved", "第四条"),
    ]


def test_what_is_gone_stands_where_it_stood() -> None:
    assert fates(law(A, B, C), law(A, C)) == [
        ("same", "第一条"),
        ("gone", "第二条"),
        ("moved", "第二条"),
    ]


def test_an_article_that_changes_places_is_moved() -> None:
    found = compared(law(A, B, C, D), law(A, D, B, C))
    assert [each.change for each in found] == [
        Change.SAME,
        Change.MOVED,
        Change.MOVED,
        Change.MOVED,
    ]
    assert found[1].old is not None
    assert found[1].old.label == "第四条"


def test_an_article_that_is_changed_and_renumbered_is_one_article() -> None:
    found = compared(law(A, B, C), law(A, E, B.replace("清淤", "疏浚"), C))
    assert [(each.change, each.unit.label) for each in found] == [
        (Change.SAME, "第一条"),
        (Change.ADDED, "第二条"),
        (Change.CHANGED, "第三条"),
        (Change.MOVED, "第四条"),
    ]
    assert found[2].old is not None
    assert found[2].old.label == "第二条"


def test_an_article_that_was_written_anew_is_gone_and_another_one_added() -> None:
    assert fates(law(A, B, C), law(A, "Q&A: 12345.", C)) == [
        ("same", "第一条"),
        ("gone", "第二条"),
        ("added", "第二条"),
        ("same", "第三条"),
    ]


def test_items_belong_to_their_article() -> None:
    text = (
        "某地办法\n\n第一条　应当做到：\n（一）每月检查；\n（二）及时修理。\n"
        "第二条　自公布之日起施行。"
    )
    found = compared(units(text), units(text.replace("每月", "每周")))
    assert [(each.change.value, each.unit.label) for each in found] == [
        ("changed", "第一条"),
        ("same", "第二条"),
    ]
    assert found[0].parts == [
        ("equal", "应当做到：\n（一）"),
        ("delete", "每月"),
        ("insert", "每周"),
        ("equal", "检查；\n（二）及时修理。"),
    ]


def test_a_redline_shows_no_change_of_width_or_space() -> None:
    pair = Pair(
        Change.CHANGED,
        Unit("t1", "article", "第一条", "收费(试行)为 10 元,按月收取。"),
        Unit("t1", "article", "第一条", "收费（试行）为20元，按月收取。"),
    )
    assert pair.parts == [
        ("equal", "收费（试行）为"),
        ("delete", "10"),
        ("insert", "20"),
        ("equal", "元，按月收取。"),
    ]


def test_a_renamed_chapter_is_told_and_not_counted_as_an_article() -> None:
    old = units(f"某地办法\n\n第一章　总则\n第一条　{A}\n第二章　巡查\n第二条　{B}")
    new = units(f"某地办法\n\n第一章　总则\n第一条　{A}\n第二章　巡查和养护\n第二条　{B}")
    found = compared(old, new)
    assert [each.change for each in found if each.unit.kind == "chapter"] == [
        Change.SAME,
        Change.CHANGED,
    ]
    assert counted(found) == {Change.SAME: 2}


def test_a_text_without_articles_is_compared_by_its_paragraphs() -> None:
    old, new = units(f"通告\n\n{A}\n{B}\n{C}"), units(f"通告\n\n{A}\n{C}\n{D}")
    figures = counted(compared(old, new))
    assert figures[Change.GONE] == 1
    assert figures[Change.ADDED] == 1


def test_an_article_kept_from_the_public_is_not_told_as_deleted() -> None:
    new = law(A, B)
    hidden = Unit(new[1].key, "article", "第二条", "（本条依法不予公开）", is_withheld=True)
    assert fates(law(A, B), [new[0], hidden]) == [("same", "第一条"), ("changed", "第二条")]
