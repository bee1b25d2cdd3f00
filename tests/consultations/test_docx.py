"""Word documents: order, automatic numbers, revisions, hidden text, tables, boxes, notes."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from participation.consultations.docx import lines_of_docx
from participation.consultations.parsed import Draft, ParsedClause, SourceLine
from participation.consultations.plaintext import lines_of_text
from participation.consultations.tree import read_clauses

DRAFTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "drafts"
NAMES = (
    "hangzhou-lifts-2019.md",
    "jiaozuo-household-waste-2020.md",
    "jinan-civilised-conduct-2019.md",
    "shandong-rural-roads-2018.md",
    "shanghai-nonmotor-vehicles-2024.md",
    "shanghai-property-2018-text.md",
    "shanghai-property-2020-text.md",
    "taian-fireworks-2018.md",
    "weifang-property-2022.md",
    "zhengzhou-parking-2019.md",
)


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def of_paragraphs(*texts: str) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def of_xml(*paragraphs: str, prepare: Callable[[Any], None] | None = None) -> list[SourceLine]:
    """The lines of a document whose body holds these pieces; [words] stands for a plain run."""
    document = docx.Document()
    if prepare:
        prepare(document)
    names = nsdecls("w", "wp", "a", "r")
    more = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    for short in paragraphs:
        xml = re.sub(r"\[(.*?)\]", r"<w:r><w:t>\1</w:t></w:r>", short)
        element = parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {names} {more}", xml))
        document.element.body.insert(len(document.element.body) - 1, element)
    return lines_of_docx(saved(document))


def words(lines: list[SourceLine]) -> list[str]:
    return [line.text for line in lines if line.text.strip()]


def noted(lines: list[SourceLine]) -> list[tuple[int, str]]:
    return [(note.line, note.code) for line in lines for note in line.notes]


def define_list(document: Any, list_id: int, *levels: tuple[str, str, str]) -> None:
    """Add automatic numbering `list_id` with levels (format, pattern, more XML)."""
    root = document.part.numbering_part.element
    body = ""
    for index, (form, pattern, more) in enumerate(levels):
        start = "" if "w:start" in more else '<w:start w:val="1"/>'
        body += f'<w:lvl w:ilvl="{index}">{start}<w:numFmt w:val="{form}"/>'
        body += f'<w:lvlText w:val="{pattern}"/>{more}</w:lvl>'
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">{body}</w:abstractNum>'
    root.insert(0, parse_xml(abstract))
    use_list(document, list_id, list_id)


def use_list(document: Any, number_id: int, list_id: int, override: str = "") -> None:
    root = document.part.numbering_part.element
    root.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="{list_id}"/>'
            f"{override}</w:num>"
        )
    )


def numbered(text: str, list_id: int, level: int = 0) -> str:
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
        f"</w:pPr>[{text}]</w:p>"
    )


# -- the same text in another coat ---------------------------------------------------------------


def source(name: str) -> list[SourceLine]:
    if not (DRAFTS / name).exists():
        pytest.skip("the real drafts (../shared/data/drafts) are not beside this checkout")
    return lines_of_text((DRAFTS / name).read_bytes(), markdown=True)


def clauses(draft: Draft) -> list[ParsedClause]:
    return [replace(clause, line=0) for clause in draft.clauses]


@pytest.mark.parametrize("name", NAMES)
def test_plain_paragraphs_give_the_same_clauses(name: str) -> None:
    plain = read_clauses(source(name))
    read = read_clauses(lines_of_docx(of_paragraphs(*(line.text for line in source(name)))))
    assert clauses(read) == clauses(plain)
    assert (read.title, read.preamble) == (plain.title, plain.preamble)
    assert [w.sentence for w in read.warnings] == [w.sentence for w in plain.warnings]


@pytest.mark.parametrize("name", NAMES)
def test_heading_styles_give_the_same_clauses(name: str) -> None:
    document = docx.Document()
    for line in source(name):
        is_heading = re.match(r"第[一二三四五六七八九十]+[章节]", line.text)
        document.add_paragraph(line.text, style="Heading 1" if is_heading else "Normal")
    assert clauses(read_clauses(lines_of_docx(saved(document)))) == clauses(
        read_clauses(source(name))
    )


@pytest.mark.parametrize("name", NAMES)
def test_automatic_numbers_give_the_same_clauses_and_are_told(name: str) -> None:
    plain = read_clauses(source(name))
    first_chapter = next((c.number for c in plain.clauses if c.kind == "chapter"), "1")
    document = docx.Document()
    chapter_start = f'<w:start w:val="{first_chapter}"/>'
    define_list(document, 71, ("chineseCountingThousand", "第%1章", chapter_start))
    define_list(document, 72, ("chineseCountingThousand", "第%1条", ""))
    count = 0
    for line in source(name):
        match = re.match(r"第[一二三四五六七八九十百]+([章条])\s*(.*)", line.text)
        paragraph = document.add_paragraph(match[2] if match else line.text)
        if match:
            count += 1
            list_id = 71 if match[1] == "章" else 72
            number = f'<w:numPr {nsdecls("w")}><w:numId w:val="{list_id}"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(number))
    read = read_clauses(lines_of_docx(saved(document)))
    assert clauses(read) == clauses(plain)
    assert sum(w.code == "auto-number" for w in read.warnings) == count
    articles = {c.line for c in read.clauses if c.kind == "article"}
    assert articles <= {w.line for w in read.warnings if w.code == "auto-number"}


# -- automatic numbering -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "pattern", "third"),
    [
        ("chineseCounting", "（%1）", "（三）"),
        ("chineseCountingThousand", "第%1条", "第三条"),
        ("japaneseCounting", "%1、", "三、"),
        ("taiwaneseCountingThousand", "%1、", "三、"),
        ("ideographTraditional", "%1、", "丙、"),
        ("ideographZodiac", "%1、", "寅、"),
        ("ideographDigital", "%1", "三"),
        ("chineseLegalSimplified", "%1、", "叁、"),
        ("decimal", "%1.", "3."),
        ("decimalZero", "%1", "03"),
        ("decimalFullWidth", "（%1）", "（３）"),
        ("decimalEnclosedCircle", "%1", "③"),
        ("decimalEnclosedCircleChinese", "%1", "③"),
        ("decimalEnclosedParen", "%1", "（3）"),
        ("lowerLetter", "%1)", "c)"),
        ("upperLetter", "%1.", "C."),
        ("lowerRoman", "%1.", "iii."),
        ("upperRoman", "%1.", "III."),
    ],
)
def test_a_number_format_becomes_the_text_word_shows(form: str, pattern: str, third: str) -> None:
    lines = of_xml(
        *[numbered(text, 71) for text in ("甲", "乙", "丙")],
        prepare=lambda document: define_list(document, 71, (form, pattern, "")),
    )
    assert words(lines)[2] == f"{third} 丙"
    assert noted(lines)[2] == (3, "auto-number")


def test_deeper_levels_begin_anew_below_each_higher_one() -> None:
    lines = of_xml(
        numbered("甲", 71),
        numbered("子", 71, 1),
        numbered("丑", 71, 1),
        numbered("乙", 71),
        numbered("寅", 71, 1),
        prepare=lambda document: define_list(
            document,
            71,
            ("chineseCounting", "第%1章", ""),
            ("decimal", "%1.%2", '<w:isLgl/><w:suff w:val="nothing"/>'),
        ),
    )
    assert words(lines) == ["第一章 甲", "1.1子", "1.2丑", "第二章 乙", "2.1寅"]


def test_a_level_that_never_restarts_counts_through() -> None:
    lines = of_xml(
        numbered("甲", 71),
        numbered("子", 71, 1),
        numbered("乙", 71),
        numbered("丑", 71, 1),
        prepare=lambda document: define_list(
            document,
            71,
            ("chineseCounting", "第%1章", ""),
            ("chineseCounting", "第%2条", '<w:lvlRestart w:val="0"/>'),
        ),
    )
    assert words(lines) == ["第一章 甲", "第一条 子", "第二章 乙", "第二条 丑"]


def test_a_second_list_goes_on_unless_it_says_that_it_begins_anew() -> None:
    def prepare(document: Any) -> None:
        define_list(document, 71, ("decimal", "%1.", ""))
        use_list(document, 72, 71)
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        use_list(document, 73, 71, override)

    ids = (71, 71, 72, 73, 73)
    lines = of_xml(*[numbered("甲", number_id) for number_id in ids], prepare=prepare)
    assert words(lines) == ["1. 甲", "2. 甲", "3. 甲", "1. 甲", "2. 甲"]


def test_numbering_is_found_through_the_style() -> None:
    def prepare(document: Any) -> None:
        define_list(
            document,
            71,
            ("chineseCounting", "第%1章", '<w:pStyle w:val="Heading1"/>'),
            ("chineseCounting", "第%2条", '<w:pStyle w:val="Child"/><w:lvlRestart w:val="0"/>'),
        )
        number = f'<w:numPr {nsdecls("w")}><w:numId w:val="71"/></w:numPr>'
        document.styles["Heading 1"].element.get_or_add_pPr().append(parse_xml(number))
        child = parse_xml(
            f'<w:style {nsdecls("w")} w:type="paragraph" w:styleId="Child"><w:name w:val="Child"/>'
            '<w:basedOn w:val="Heading1"/></w:style>'
        )
        document.styles.element.append(child)

    lines = of_xml(
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>[总则]</w:p>',
        '<w:p><w:pPr><w:pStyle w:val="Child"/></w:pPr>[甲。]</w:p>',
        '<w:p><w:pPr><w:pStyle w:val="Child"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
        "[乙。]</w:p>",
        prepare=prepare,
    )
    assert words(lines) == ["第一章 总则", "第一条 甲。", "乙。"]


@pytest.mark.parametrize("list_id", [71, 99])
def test_a_number_that_cannot_be_worked_out_is_told(list_id: int) -> None:
    lines = of_xml(
        numbered("甲", list_id),
        prepare=lambda document: define_list(document, 71, ("hebrew1", "%1", "")),
    )
    assert words(lines) == ["甲"]
    assert noted(lines) == [(1, "auto-number-unresolved")]


def test_bullets_are_no_words() -> None:
    lines = of_xml(
        numbered("甲", 71),
        prepare=lambda document: define_list(document, 71, ("bullet", "•", "")),
    )
    assert (words(lines), noted(lines)) == (["甲"], [])


# -- what else stands in a document --------------------------------------------------------------


def test_line_breaks_split_a_paragraph_and_tabs_are_spaces() -> None:
    lines = of_xml(
        "<w:p><w:r><w:t>第一条</w:t><w:tab/><w:t>甲。</w:t><w:br/><w:t>乙</w:t>"
        "<w:noBreakHyphen/><w:t>丙。</w:t></w:r></w:p>"
    )
    assert words(lines) == ["第一条\t甲。", "乙-丙。"]
    assert [line.number for line in lines] == [1, 2]


def test_tracked_insertions_are_in_and_deletions_out() -> None:
    lines = of_xml(
        '<w:p>[罚款]<w:del w:id="1" w:author="a"><w:r><w:delText>一百</w:delText></w:r>'
        '</w:del><w:ins w:id="2" w:author="a">[二百]</w:ins>[元。]</w:p>',
        '<w:p><w:ins w:id="3" w:author="a">[又一段。]</w:ins></w:p>',
    )
    assert words(lines) == ["罚款二百元。", "又一段。"]
    assert noted(lines) == [(1, "tracked-changes")]


def test_paragraphs_joined_by_a_tracked_deletion_are_one() -> None:
    lines = of_xml(
        '<w:p><w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>[甲，]</w:p>',
        "<w:p>[乙。]</w:p>",
    )
    assert words(lines) == ["甲，乙。"]


def test_hidden_text_is_left_out_and_told() -> None:
    lines = of_xml(
        "<w:p>[甲。]<w:r><w:rPr><w:vanish/></w:rPr><w:t>内部意见</w:t></w:r></w:p>",
        '<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>乙。</w:t></w:r></w:p>',
    )
    assert words(lines) == ["甲。", "乙。"]
    assert [note.sentence for note in lines[0].notes] == ["这里有隐藏文字，没有读入：内部意见"]


def test_text_hidden_by_its_style_is_left_out() -> None:
    def prepare(document: Any) -> None:
        document.styles["Heading 2"].font.hidden = True

    lines = of_xml(
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr>[内部]</w:p>',
        "<w:p>[甲。]</w:p>",
        prepare=prepare,
    )
    assert words(lines) == ["甲。"]
    assert noted(lines) == [(1, "hidden-text")]


def test_links_fields_content_controls_and_readings_keep_their_words() -> None:
    lines = of_xml(
        '<w:p><w:hyperlink>[甲]</w:hyperlink><w:fldSimple w:instr="REF x"><w:r><w:t>乙</w:t>'
        "</w:r></w:fldSimple><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:ruby><w:rt><w:r><w:t>bing</w:t>"
        "</w:r></w:rt><w:rubyBase>[丙]</w:rubyBase></w:ruby></w:r></w:p>",
        "<w:sdt><w:sdtContent><w:p>[丁。]</w:p></w:sdtContent></w:sdt>",
    )
    assert words(lines) == ["甲乙丙", "丁。"]


def test_tables_are_read_row_by_row_in_their_place() -> None:
    document = docx.Document()
    document.add_paragraph("第一条 按下表：")
    table = document.add_table(rows=2, cols=2)
    for row, texts in enumerate((("小型车", "五元"), ("大型车", "十元"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.add_paragraph("第二条 乙。")
    lines = lines_of_docx(saved(document))
    assert words(lines) == ["第一条 按下表：", "小型车 | 五元", "大型车 | 十元", "第二条 乙。"]
    assert noted(lines) == [(2, "table")]


def test_a_table_that_is_only_a_frame_keeps_its_paragraphs() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "第一条 甲。"
    cell.add_paragraph("第二条 乙。")
    lines = lines_of_docx(saved(document))
    assert words(lines) == ["第一条 甲。", "第二条 乙。"]
    assert noted(lines) == [(1, "table")]


def test_a_text_box_is_read_once_after_its_paragraph_and_told() -> None:
    box = "<w:txbxContent><w:p>[框内文字。]</w:p></w:txbxContent>"
    lines = of_xml(
        "<w:p>[甲。]<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}"
        "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        "<w:p>[乙。]</w:p>",
    )
    assert words(lines) == ["甲。", "框内文字。", "乙。"]
    assert noted(lines) == [(2, "text-box")]


def test_a_picture_kept_in_two_forms_is_told() -> None:
    lines = of_xml(
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing/></mc:Choice>"
        "<mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert noted(lines) == [(1, "picture")]


def test_pictures_formulas_and_comments_are_told() -> None:
    lines = of_xml(
        "<w:p><w:r><w:drawing/></w:r></w:p>",
        "<w:p><m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>",
        '<w:p>[甲。]<w:r><w:commentReference w:id="0"/></w:r></w:p>',
    )
    assert words(lines) == ["a+b", "甲。"]
    assert noted(lines) == [(1, "picture"), (2, "formula"), (3, "comments")]


def test_a_footnote_is_told_with_its_words() -> None:
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>注文。</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )

    def prepare(document: Any) -> None:
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        name = PackURI("/word/footnotes.xml")
        part = Part(name, CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    lines = of_xml(
        '<w:p>[甲。]<w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
        prepare=prepare,
    )
    assert words(lines) == ["甲。"]
    assert [note.sentence for note in lines[0].notes] == ["这里有脚注或者尾注，没有读入：注文。"]


def test_an_embedded_file_is_told() -> None:
    lines = of_xml('<w:altChunk r:id="rId99"/>', "<w:p>[甲。]</w:p>")
    assert noted(lines) == [(1, "embedded")]
