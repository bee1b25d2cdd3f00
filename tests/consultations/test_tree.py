"""The tree of clauses read from lines, on invented texts and on ten real ones."""

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.consultations.numbering import format_number
from participation.consultations.parsed import Draft, SourceLine, draft_from_dict
from participation.consultations.plaintext import lines_of_text
from participation.consultations.tree import read_clauses

DRAFTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "drafts"

# file: articles, chapters, sections, as told by the README beside the texts
REAL = {
    "shanghai-nonmotor-vehicles-2024.md": (50, 7, 0),
    "taian-fireworks-2018.md": (23, 0, 0),
    "jiaozuo-household-waste-2020.md": (58, 10, 0),
    "weifang-property-2022.md": (79, 7, 4),
    "jinan-civilised-conduct-2019.md": (47, 5, 0),
    "zhengzhou-parking-2019.md": (53, 8, 0),
    "shandong-rural-roads-2018.md": (58, 1, 0),
    "hangzhou-lifts-2019.md": (45, 8, 0),
    "shanghai-property-2018-text.md": (95, 6, 0),
    "shanghai-property-2020-text.md": (95, 6, 0),
}


def read(text: str) -> Draft:
    return read_clauses(
        [SourceLine(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    )


def real(name: str) -> Draft:
    if not (DRAFTS / name).exists():
        pytest.skip("the real drafts (../shared/data/drafts) are not beside this checkout")
    return read_clauses(lines_of_text((DRAFTS / name).read_bytes(), markdown=True))


def outline(draft: Draft) -> list[tuple[str, str]]:
    return [(clause.key, clause.text) for clause in draft.clauses]


def codes(draft: Draft) -> list[tuple[int, str]]:
    return [(warning.line, warning.code) for warning in draft.warnings]


def sentences(draft: Draft) -> list[str]:
    return [warning.sentence for warning in draft.warnings]


# -- articles, 款, 项, 目 -----------------------------------------------------------------------


def test_an_article_with_one_paragraph_carries_its_text_itself() -> None:
    draft = read("某市条例\n第一条 为了甲。\n第二条 适用本条例。")
    assert draft.title == "某市条例"
    assert outline(draft) == [("t1", "为了甲。"), ("t2", "适用本条例。")]
    assert draft.clauses[0].label == draft.clauses[0].short_label == "第一条"
    assert draft.warnings == ()


def test_an_article_with_two_paragraphs_has_both_as_children() -> None:
    first, second, third = read("第一条 甲。\n乙。").clauses
    assert (first.key, first.text, first.depth, first.parent_key) == ("t1", "", 0, None)
    assert (second.key, second.text, second.label) == ("t1-k1", "甲。", "第一条第一款")
    assert (third.key, third.text, third.short_label) == ("t1-k2", "乙。", "第二款")
    assert (third.parent_key, third.depth, third.line) == ("t1", 1, 2)


def test_items_hang_below_the_article_or_below_their_paragraph() -> None:
    draft = read("第一条 有下列：\n（一）甲；\n（二）乙。\n第二条 丙。\n有下列：\n（一）丁。\n戊。")
    assert outline(draft) == [
        ("t1", "有下列："),
        ("t1-x1", "甲；"),
        ("t1-x2", "乙。"),
        ("t2", ""),
        ("t2-k1", "丙。"),
        ("t2-k2", "有下列："),
        ("t2-k2-x1", "丁。"),
        ("t2-k3", "戊。"),
    ]
    assert draft.clauses[1].label == "第一条第一项"
    assert draft.clauses[6].label == "第二条第二款第一项"
    assert draft.clauses[6].short_label == "（一）"


def test_subitems_hang_below_their_item() -> None:
    draft = read("第一条 有下列：\n（一）甲：\n1.子；\n2.丑；\n（1）寅；\n（二）乙。")
    assert [clause.key for clause in draft.clauses] == [
        "t1",
        "t1-x1",
        "t1-x1-m1",
        "t1-x1-m2",
        "t1-x1-m2-m1",
        "t1-x2",
    ]
    assert draft.clauses[2].label == "第一条第一项第1目"
    assert [clause.kind for clause in draft.clauses][2:5] == ["subitem"] * 3


def test_arabic_numbers_right_below_an_article_are_subitems() -> None:
    draft = read("第一条 有下列：\n1．甲；\n2．乙。")
    assert [(c.key, c.kind, c.short_label) for c in draft.clauses[1:]] == [
        ("t1-m1", "subitem", "1."),
        ("t1-m2", "subitem", "2."),
    ]


def test_an_old_fashioned_list_after_a_colon_is_a_list_of_items() -> None:
    draft = read("第一条 有下列：\n一、甲；\n二、乙。\n第二条 丙。")
    assert [(c.key, c.short_label) for c in draft.clauses] == [
        ("t1", "第一条"),
        ("t1-x1", "一、"),
        ("t1-x2", "二、"),
        ("t2", "第二条"),
    ]


def test_a_line_inside_a_list_belongs_to_the_item_above_it() -> None:
    draft = read(
        "第一条 有下列：\n（一）机关：\n包括派出机构；\n（二）单位。\n前款另有规定的除外。"
    )
    assert outline(draft)[1:] == [
        ("t1-k1", "有下列："),
        ("t1-k1-x1", "机关：\n包括派出机构；"),
        ("t1-k1-x2", "单位。"),
        ("t1-k2", "前款另有规定的除外。"),
    ]


def test_a_list_that_begins_again_belongs_to_a_new_paragraph() -> None:
    draft = read("第一条 甲：\n（一）子。\n乙：\n（一）丑。")
    assert [c.key for c in draft.clauses] == ["t1", "t1-k1", "t1-k1-x1", "t1-k2", "t1-k2-x1"]
    assert draft.warnings == ()


def test_an_article_whose_text_stands_on_the_next_line_is_not_empty() -> None:
    draft = read("第一条\n为了甲。\n第二条\n第三条 乙。")
    assert outline(draft) == [("t1", "为了甲。"), ("t2", ""), ("t3", "乙。")]
    assert sentences(draft) == ["第二条只有编号，没有内容。"]


def test_captions_stay_with_their_articles() -> None:
    draft = read("第一条（目的）\n为了甲。\n第二条（范围）\n乙。\n丙。")
    assert outline(draft) == [
        ("t1", "（目的）为了甲。"),
        ("t2", "（范围）"),
        ("t2-k1", "乙。"),
        ("t2-k2", "丙。"),
    ]


def test_a_sentence_broken_over_two_lines_is_one_paragraph() -> None:
    draft = read("第一条 市、区、\n县人民政府负责。\n第二条 乙。")
    assert outline(draft) == [("t1", "市、区、县人民政府负责。"), ("t2", "乙。")]


def test_text_wrapped_by_hand_is_put_together() -> None:
    words = "为了规范某事活动维护当事人的合法权益根据有关法律法规结合本市实际"
    body = "\n".join(f"第{format_number(n)}条 {words}\n制定本条例第{n}号。" for n in range(1, 8))
    draft = read(body)
    assert [c.key for c in draft.clauses] == [f"t{n}" for n in range(1, 8)]
    assert draft.clauses[2].text == f"{words}制定本条例第3号。"


# -- headings -----------------------------------------------------------------------------------


def test_parts_chapters_and_sections_nest() -> None:
    draft = read(
        "第一编 总则\n第一章 一般规定\n第一节 目的\n第一条 甲。\n第二节 范围\n第二条 乙。\n"
        "第二编 分则\n第一章 责任\n第三条 丙。"
    )
    assert [(c.key, c.parent_key, c.depth) for c in draft.clauses] == [
        ("b1", None, 0),
        ("b1-z1", "b1", 1),
        ("b1-z1-j1", "b1-z1", 2),
        ("t1", "b1-z1-j1", 3),
        ("b1-z1-j2", "b1-z1", 2),
        ("t2", "b1-z1-j2", 3),
        ("b2", None, 0),
        ("b2-z1", "b2", 1),
        ("t3", "b2-z1", 2),
    ]
    assert draft.clauses[2].label == "第一编第一章第一节"
    assert draft.clauses[3].label == "第一条"
    assert draft.warnings == ()


def test_an_article_keeps_its_key_in_another_chapter() -> None:
    one = read("第一章 甲\n第一条 子。\n第二条 丑。\n第二章 乙\n第三条 寅。")
    other = read("第一章 甲\n第一条 子。\n第二章 乙\n第二条 丑。\n第三条 寅。")
    keys = [{c.key for c in draft.clauses if c.kind == "article"} for draft in (one, other)]
    assert keys[0] == keys[1] == {"t1", "t2", "t3"}


def test_spread_out_heading_words_are_closed_up() -> None:
    draft = read("第一章　总　　则\n第一条　甲。\n第二章\n附 则\n第二条 乙。")
    assert [c.text for c in draft.clauses if c.kind == "chapter"] == ["总则", "附则"]


def test_invisible_marks_and_wide_spaces_do_not_hide_an_article() -> None:
    draft = read(
        "\ufeff第\u200b一\u00ad条\u3000\u00a0\u3000甲\u2060。\n　　第二条乙\u3000丙。\n⽬的\n⼀般。"
    )
    assert outline(draft)[:2] == [("t1", "甲。"), ("t2", "")]
    assert draft.clauses[2].text == "乙 丙。"
    assert draft.clauses[3].text == "目的"


def test_articles_need_no_space_after_their_number() -> None:
    draft = read("第一条为了甲。\n第二条中央和地方。\n第三条和谐社区。\n第四条的士。\n第五条乙。")
    assert [c.key for c in draft.clauses] == ["t1", "t2", "t3", "t4", "t5"]
    assert draft.clauses[3].text == "的士。"


@pytest.mark.parametrize(
    "citation",
    [
        "第三条规定的情形，从其规定。",
        "第二条第一款规定适用于前款。",
        "第四条、第五条所列事项除外。",
        "第五条的规定适用。",
        "第二条至第四条适用于本条。",
        "第九条规定处罚。",
        "第二章规定的情形除外。",
    ],
)
def test_a_citation_at_the_start_of_a_line_is_no_heading(citation: str) -> None:
    draft = read(f"第一条 甲。\n第二条 乙。\n{citation}\n第三条 丙。\n第四条 丁。\n第五条 戊。")
    assert [c.key for c in draft.clauses if c.kind in ("article", "chapter")] == [
        "t1",
        "t2",
        "t3",
        "t4",
        "t5",
    ]
    assert ("t2-k2", citation) in outline(draft)
    assert draft.warnings == ()


def test_a_citation_is_no_heading_even_where_no_label_is_set_apart() -> None:
    draft = read("第一条甲。\n第二条乙。\n第三条规定的情形除外。\n第三条丙。\n第四条丁。")
    assert outline(draft)[1:5] == [
        ("t2", ""),
        ("t2-k1", "乙。"),
        ("t2-k2", "第三条规定的情形除外。"),
        ("t3", "丙。"),
    ]


def test_a_citation_after_a_line_break_in_mid_sentence_is_no_heading() -> None:
    draft = read("第一条 甲。\n第二条 违反本条例第一条、\n第九条 规定的，处罚。\n第三条 丙。")
    assert outline(draft)[1] == ("t2", "违反本条例第一条、第九条 规定的，处罚。")


def test_inserted_articles_are_no_gap() -> None:
    draft = read("第一条 甲。\n第一条之一 乙。\n第一条之二 丙。\n第二条 丁。")
    assert [(c.key, c.number, c.label) for c in draft.clauses] == [
        ("t1", "1", "第一条"),
        ("t1-1", "1-1", "第一条之一"),
        ("t1-2", "1-2", "第一条之二"),
        ("t2", "2", "第二条"),
    ]
    assert draft.warnings == ()


@pytest.mark.parametrize(
    ("labels", "line", "sentence"),
    [
        (["一", "二", "五"], 3, "第二条之后是第五条，中间缺少第三条、第四条。"),
        (["一", "二", "六"], 3, "第二条之后是第六条，中间缺少第三条至第五条。"),
        (["三", "四"], 1, "编号从第三条开始，前面缺少第一条、第二条。"),
        (["一", "二", "二"], 3, "第二条重复出现，第 2 行已经有同样的编号。"),
    ],
)
def test_odd_numbering_is_told_at_its_line(labels: list[str], line: int, sentence: str) -> None:
    draft = read("\n".join(f"第{label}条 甲。" for label in labels))
    assert [(w.line, w.sentence) for w in draft.warnings] == [(line, sentence)]


def test_a_number_out_of_order_is_told_once() -> None:
    draft = read("第一条 甲。\n第三条 乙。\n第二条 丙。\n第四条 丁。")
    assert codes(draft) == [(2, "gap"), (3, "backwards")]


def test_repeated_numbers_get_keys_of_their_own() -> None:
    draft = read("第一条 甲。\n第二条 乙：\n（一）子。\n第二条 丙：\n（一）丑。\n第三条 丁。")
    assert [c.key for c in draft.clauses] == ["t1", "t2", "t2-x1", "t2~2", "t2~2-x1", "t3"]
    assert codes(draft) == [(4, "repeat")]


def test_a_numbering_that_begins_anew_is_told_once() -> None:
    draft = read("\n".join(f"第{format_number(n)}条 甲。" for n in (1, 2, 3, 1, 2, 3, 4)))
    assert [c.key for c in draft.clauses] == ["t1", "t2", "t3", "t1~2", "t2~2", "t3~2", "t4"]
    assert codes(draft) == [(4, "repeat")]


def test_a_gap_in_a_list_is_told_with_its_place() -> None:
    draft = read("第一条 甲：\n（一）子；\n（三）丑。")
    assert sentences(draft) == ["第一项之后是第一条第三项，中间缺少第二项。"]


def test_an_article_outside_the_chapters_is_told_once_for_each_run() -> None:
    draft = read("第一条 甲。\n第二条 乙。\n第一章 丙\n第三条 丁。")
    assert sentences(draft) == ["第一条至第二条不在任何一章之内，请核对是否缺少章标题。"]


def test_brackets_of_two_widths_are_told() -> None:
    draft = read("第一条 甲：\n（一）子；\n（二)丑；\n（三）寅。\n第二条 乙：\n(一)卯；\n(二)辰。")
    assert codes(draft) == [(3, "mixed-brackets"), (6, "mixed-brackets")]
    assert [c.short_label for c in draft.clauses if c.kind == "item"] == [
        "（一）",
        "（二）",
        "（三）",
        "（一）",
        "（二）",
    ]


def test_a_very_long_line_and_unreadable_characters_are_told() -> None:
    draft = read(f"第一条 {'甲' * 2100}。\n第二条 乙\ufffd丙。")
    assert codes(draft) == [(1, "long-line"), (2, "unreadable-characters")]


@pytest.mark.parametrize("title", ["目录", "目　录", ""])
def test_a_table_of_contents_makes_no_chapters(title: str) -> None:
    draft = read(
        f"某市条例\n{title}\n第一章 总则……1\n第二章 责任\t5\n第三章 附则\n"
        "第一章 总则\n第一条 甲。\n第二章 责任\n第二条 乙。\n第三章 附则\n第三条 丙。"
    )
    assert [c.key for c in draft.clauses] == ["z1", "t1", "z2", "t2", "z3", "t3"]
    assert draft.title == "某市条例"
    assert "第二章 责任 5" in draft.preamble


def test_notes_between_the_contents_and_the_text_are_front_matter() -> None:
    draft = read(
        "某市条例\n目录\n第一章 总则\n第二章 责任\n2024年5月1日 某市人民代表大会通过\n"
        "第一章 总则\n第一条 甲。\n第二章 责任\n第二条 乙。"
    )
    assert [c.key for c in draft.clauses] == ["z1", "t1", "z2", "t2"]
    assert draft.preamble[-1] == "2024年5月1日 某市人民代表大会通过"


def test_quoted_articles_are_not_articles() -> None:
    draft = read(
        "关于修改《某市条例》的决定\n一、将第五条修改为：“第五条 甲。\n第六条 乙。”\n"
        "二、增加一条，作为第七条：“第七条 丙。”\n本决定自公布之日起施行。"
    )
    assert [c.kind for c in draft.clauses] == ["paragraph"] * 4
    assert [c.key for c in draft.clauses] == ["d1", "d2", "d3", "d4"]


def test_an_unclosed_quotation_does_not_swallow_the_articles_after_it() -> None:
    draft = read("第一条 “甲。\n第二条 称“乙”的。\n第三条 丙。")
    assert [c.key for c in draft.clauses] == ["t1", "t2", "t3"]


def test_a_heading_that_lost_its_number_is_no_paragraph_of_the_article_above() -> None:
    draft = read("第一章 总则\n第一条 甲。\n监督管理\n第二条 乙。")
    assert [(c.key, c.parent_key, c.text) for c in draft.clauses] == [
        ("z1", None, "总则"),
        ("t1", "z1", "甲。"),
        ("d1", None, "监督管理"),
        ("t2", None, "乙。"),
    ]
    assert codes(draft) == [(3, "unnumbered-heading"), (4, "outside-chapter")]


def test_words_before_and_after_the_articles_are_kept() -> None:
    draft = read(
        "某市办法\n（征求意见稿）\n2024年5月1日 某市人民政府公布\n"
        "为了做好工作，根据法律，制定本办法。\n"
        "第一条 甲。\n第二条 乙。\n附件1：收费标准\n小型车五元。\n某市司法局\n2024年5月1日"
    )
    assert draft.title == "某市办法（征求意见稿）"
    assert draft.preamble == ("2024年5月1日 某市人民政府公布",)
    assert [(c.key, c.label, c.text) for c in draft.clauses] == [
        ("d1", "第1段", "为了做好工作，根据法律，制定本办法。"),
        ("t1", "第一条", "甲。"),
        ("t2", "第二条", "乙。"),
        ("f1", "附件1", "附件1：收费标准"),
        ("f1-d1", "附件1第1段", "小型车五元。"),
        ("f1-d2", "附件1第2段", "某市司法局"),
        ("f1-d3", "附件1第3段", "2024年5月1日"),
    ]


def test_closing_lines_are_not_part_of_the_last_article() -> None:
    draft = read("第一条 甲。\n第二条 乙。\n某市司法局\n2024年5月1日")
    assert outline(draft) == [
        ("t1", "甲。"),
        ("t2", "乙。"),
        ("d1", "某市司法局"),
        ("d2", "2024年5月1日"),
    ]


def test_an_annex_numbers_its_articles_by_itself() -> None:
    draft = read("第一条 甲。\n第二条 乙。\n附件：示范文本\n第一条 丙。\n第二条 丁。")
    assert [(c.key, c.label) for c in draft.clauses] == [
        ("t1", "第一条"),
        ("t2", "第二条"),
        ("f1", "附件"),
        ("f1-t1", "附件第一条"),
        ("f1-t2", "附件第二条"),
    ]
    assert draft.warnings == ()


def test_an_annex_line_between_two_articles_does_not_end_the_draft() -> None:
    draft = read("第一章 甲\n第一条 乙。\n附表：费率\n十元。\n第二条 丙。")
    assert [(c.key, c.parent_key) for c in draft.clauses] == [
        ("z1", None),
        ("t1", "z1"),
        ("f1", None),
        ("f1-d1", "f1"),
        ("t2", "z1"),
    ]


def test_a_draft_without_articles_is_read_paragraph_by_paragraph() -> None:
    draft = read(
        "某市行动方案\n2024年5月\n一、总体要求\n（一）指导思想。甲。\n二、任务\n1.乙。\n丙。"
    )
    assert draft.title == "某市行动方案"
    assert draft.preamble == ("2024年5月",)
    assert [(c.key, c.kind, c.label, c.text) for c in draft.clauses] == [
        ("d1", "paragraph", "第1段", "一、总体要求"),
        ("d2", "paragraph", "第2段", "（一）指导思想。甲。"),
        ("d3", "paragraph", "第3段", "二、任务"),
        ("d4", "paragraph", "第4段", "1.乙。"),
        ("d5", "paragraph", "第5段", "丙。"),
    ]
    assert codes(draft) == [(3, "no-articles")]


def test_a_single_paragraph_is_a_clause_and_not_a_title() -> None:
    assert outline(read("就这一句")) == [("d1", "就这一句")]


def test_nothing_gives_an_empty_draft() -> None:
    assert read("\n \u200b\n") == Draft("", (), (), ())


# -- real texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
def test_a_real_draft_has_the_articles_chapters_and_sections_it_should(name: str) -> None:
    draft = real(name)
    kinds = Counter(clause.kind for clause in draft.clauses)
    assert (kinds["article"], kinds["chapter"], kinds["section"]) == REAL[name]
    assert draft.title.endswith(("条例", "规定"))
    assert 1 <= len(draft.preamble) <= 4
    assert len({clause.key for clause in draft.clauses}) == len(draft.clauses)


@pytest.mark.parametrize("name", REAL)
def test_no_character_of_a_real_draft_is_lost(name: str) -> None:
    draft = real(name)
    source = lines_of_text((DRAFTS / name).read_bytes(), markdown=True)
    kept = Counter(
        "".join([draft.title, *draft.preamble, *(c.short_label + c.text for c in draft.clauses)])
    )
    for clause in draft.clauses:
        if clause.kind == "paragraph":  # the words 第二款 are ours
            kept.subtract(clause.short_label)
    written = Counter("".join(line.text for line in source))
    same_width = {"(": "（", ")": "）"}
    for half, full in same_width.items():
        for counter in (kept, written):
            counter[full] += counter.pop(half, 0)
    ignored = " \u3000\u200b\xa0"
    assert {c: n for c, n in kept.items() if n and c not in ignored} == {
        c: n for c, n in written.items() if n and c not in ignored
    }


def test_articles_outside_the_one_surviving_chapter_are_kept_and_told() -> None:
    draft = real("shandong-rural-roads-2018.md")
    assert [(w.line, w.code) for w in draft.warnings if w.code == "outside-chapter"] == [
        (7, "outside-chapter"),
        (95, "outside-chapter"),
    ]
    lost = [w.params["text"] for w in draft.warnings if w.code == "unnumbered-heading"]
    assert lost == ["养护管理", "资金保障", "公路保护", "法律责任"]
    parents = {c.key: c.parent_key for c in draft.clauses if c.kind == "article"}
    assert (parents["t6"], parents["t7"], parents["t21"], parents["t22"]) == (
        None,
        "z2",
        "z2",
        None,
    )


def test_half_width_items_of_a_real_draft_are_read_and_told_once() -> None:
    draft = real("jinan-civilised-conduct-2019.md")
    assert [c.short_label for c in draft.clauses if c.parent_key == "t18"][:2] == [
        "（一）",
        "（二）",
    ]
    assert [(w.line, w.code) for w in draft.warnings if w.code == "mixed-brackets"] == [
        (89, "mixed-brackets")
    ]


def test_sections_of_a_real_draft_hang_below_their_chapters() -> None:
    draft = real("weifang-property-2022.md")
    assert [(c.key, c.label, c.text) for c in draft.clauses if c.kind == "section"] == [
        ("z3-j2", "第三章第二节", "业主委员会"),
        ("z3-j3", "第三章第三节", "物业管理委员会"),
        ("z4-j1", "第四章第一节", "物业服务人与物业服务合同"),
        ("z4-j2", "第四章第二节", "物业服务收费"),
    ]
    assert ("unnumbered-heading", "业主及业主大会") in [
        (w.code, w.params.get("text")) for w in draft.warnings
    ]


def test_two_versions_of_a_real_draft_share_their_keys() -> None:
    older, newer = real("shanghai-property-2018-text.md"), real("shanghai-property-2020-text.md")
    assert [c.key for c in older.clauses] == [c.key for c in newer.clauses]


# -- size and promises ---------------------------------------------------------------------------


def test_five_hundred_articles_are_read_in_a_fifth_of_a_second() -> None:
    text = "\n".join(
        f"第{format_number(n)}条 有下列情形之一：\n（一）甲；\n（二）乙。\n前款规定除外。"
        for n in range(1, 501)
    )
    times = []
    for _ in range(3):  # the best of three: the machine may be busy with other things
        began = time.process_time()
        draft = read(text)
        times.append(time.process_time() - began)
    assert sum(c.kind == "article" for c in draft.clauses) == 500
    assert draft.warnings == ()
    assert min(times) < 0.2


@pytest.mark.parametrize(
    "line",
    ["第" * 5000, "第一" * 5000, "（一" * 5000, "“" * 20000, "第一条" * 3000, " " * 50000 + "甲"],
)
def test_hostile_lines_take_no_longer_than_others(line: str) -> None:
    began = time.process_time()
    read("\n".join([line] * 20))
    assert time.process_time() - began < 2


def test_time_grows_with_size_and_not_faster() -> None:
    def taken(articles: int) -> float:
        text = "\n".join(f"第{format_number(n)}条 甲。\n乙。" for n in range(1, articles))
        began = time.process_time()
        read(text)
        return time.process_time() - began

    # The best of some runs is what the work takes, whatever else the machine does; eight times as
    # much would take 64 times as long if it grew with the square.
    least, most = (min(taken(articles) for _ in range(3)) for articles in (500, 4000))
    assert most < 30 * least


def test_a_draft_survives_the_way_through_json() -> None:
    draft = read("某条例\n第一条 甲：\n（一）乙\ufffd。\n第三条 丙。")
    assert draft_from_dict(draft.as_dict()) == draft


LABELS = st.one_of(
    st.builds(
        lambda n, u: f"第{format_number(n)}{u}",
        st.integers(1, 12),
        st.sampled_from("编章节条条条条"),
    ),
    st.builds(
        lambda n, m: f"第{format_number(n)}条之{format_number(m)}",
        st.integers(1, 9),
        st.integers(1, 3),
    ),
    st.builds(lambda n: f"（{format_number(n)}）", st.integers(1, 6)),
    st.builds(lambda n: f"({format_number(n)}）", st.integers(1, 6)),
    st.builds(lambda n: f"{n}.", st.integers(1, 6)),
    st.builds(lambda n: f"（{n}）", st.integers(1, 6)),
    st.builds(lambda n: f"{format_number(n)}、", st.integers(1, 6)),
    st.sampled_from(
        ["", "", "", "附件1：", "附表 ", "“", "”", "《", "（", "2024年5月1日 ", "目录", "①"]
    ),
)
ENDS = st.sampled_from(["。", "；", "：", "，", "", "”", "）", " 3", "规定的。", "——"])
GAPS = st.sampled_from(["", " ", "\u3000\u3000", "规定的", "、第二条", "的", "（目的）", "\u200b "])


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(LABELS, GAPS, ENDS, st.integers(0, 25)), max_size=25))
def test_every_line_is_in_exactly_one_clause_or_in_the_front(
    parts: list[tuple[str, str, str, int]],
) -> None:
    lines = [
        f"{label}{gap}词{place:03d}{'字' * length}{end}"
        for place, (label, gap, end, length) in enumerate(parts)
    ]
    draft = read("\n".join(lines))
    texts = [draft.title, *draft.preamble, *(clause.text for clause in draft.clauses)]
    kept = [text.replace(" ", "") for text in texts]
    for place, (_, _, end, length) in enumerate(parts):
        words = f"词{place:03d}{'字' * length}{end.strip()}"
        assert sum(text.count(words) for text in kept) == 1, words
    keys = [clause.key for clause in draft.clauses]
    assert len(set(keys)) == len(keys)
    seen: set[str | None] = {None}
    depths = {None: -1}
    for clause in draft.clauses:
        assert clause.parent_key in seen
        assert clause.depth == depths[clause.parent_key] + 1
        assert clause.label
        seen.add(clause.key)
        depths[clause.key] = clause.depth


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.text(alphabet="第一二十条章节款项（）()甲乙。；，：“”1. 附件目录", max_size=12),
        max_size=15,
    )
)
def test_any_text_at_all_is_read_without_losing_a_word(lines: list[str]) -> None:
    draft = read("\n".join(lines))
    kept = Counter("".join([draft.title, *draft.preamble, *(c.text for c in draft.clauses)]))
    for character in "甲乙；，":
        assert kept[character] == sum(line.count(character) for line in lines)
