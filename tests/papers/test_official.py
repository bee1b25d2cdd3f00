"""Official papers: the layout of GB/T 9704, the figures of the result, what is undecided."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from participation.adoption import queries as adoption
from participation.kernel import clock
from participation.papers.official import (
    Column,
    Enclosure,
    Heading,
    Official,
    Paragraph,
    Signature,
    Table,
    day_words,
    numbered,
)
from participation.papers.pdf import pdf_of
from participation.papers.word import docx_of
from tests.factories.consultations import a_consultation
from tests.papers.conftest import Case, seal

PAPER = Official(
    "关于路灯的公告",
    "定稿第1版",
    [
        Paragraph("现公告如下："),
        Heading(1, "一、情况"),
        Heading(2, "（一）数字"),
        Paragraph("一共3份。"),
    ],
    Signature("云溪县司法局", date(2026, 6, 1)),
    [
        Enclosure(
            "情况表", [Table((Column("序号", 20, True), Column("内容", 136)), [["1", "亮\n灯"]])]
        )
    ],
    "此件公开发布",
)


def _font(run: Any) -> str:
    return str(run._r.rPr.rFonts.get(qn("w:eastAsia")))


def _words(data: bytes) -> str:
    made = Document(io.BytesIO(data))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join([each.text for each in made.paragraphs] + cells)


def test_the_page_is_laid_out_by_the_standard() -> None:
    made = Document(io.BytesIO(docx_of(PAPER)))
    (section,) = made.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in sides] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    # 225 mm hold 22 lines of the grid and no 23rd; 156 mm hold 28 characters and no 29th.
    lines = (297 - 37 - 35) / 25.4 * 1440 / int(grid.get(qn("w:linePitch")))
    pitch = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert 22 <= lines < 23
    assert 28 <= (210 - 28 - 26) / 25.4 * 72 / pitch < 29
    body = made.styles["Normal"]
    assert (body.font.size, body.paragraph_format.line_spacing) == (Pt(16), Pt(28))


def test_fonts_that_a_machine_lacks_have_a_substitute() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_of(PAPER))) as package:
        told = ElementTree.fromstring(package.read("word/fontTable.xml"))
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    found = {
        each.get(f"{space}name"): other.get(f"{space}val")
        for each in told
        if (other := each.find(f"{space}altName")) is not None
    }
    assert found["仿宋_GB2312"] == "仿宋"


def test_the_parts_stand_in_order_in_the_right_type() -> None:
    made = Document(io.BytesIO(docx_of(PAPER)))
    lines = [each for each in made.paragraphs if each.text.strip()]
    assert [each.text for each in lines] == [
        "关于路灯的公告", "（定稿第1版）", "现公告如下：", "一、情况", "（一）数字", "一共3份。",
        "附件：情况表", "云溪县司法局", "2026年6月1日", "（此件公开发布）", "附件", "情况表",
    ]  # fmt: skip
    title, _status, text, first, second = lines[:5]
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert (title.runs[0].font.size, _font(title.runs[0])) == (Pt(22), "方正小标宋简体")
    fonts = [_font(each.runs[0]) for each in (text, first, second)]
    assert fonts == ["仿宋_GB2312", "黑体", "楷体_GB2312"]
    assert {each.runs[0].font.size for each in (text, first, second)} == {Pt(16)}
    assert text._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert lines[-2].paragraph_format.page_break_before
    head, row = made.tables[0]._tbl.tr_lst
    assert head.trPr.find(qn("w:tblHeader")) is not None
    assert [each.text for each in made.tables[0].rows[1].cells] == ["1", "亮\n灯"]
    assert row.tc_lst[0].p_lst[0].pPr.jc.val == WD_ALIGN_PARAGRAPH.CENTER


def test_pages_are_numbered_on_their_outer_side() -> None:
    made = Document(io.BytesIO(docx_of(PAPER)))
    assert made.settings.odd_and_even_pages_header_footer
    section = made.sections[0]
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        line = footer.paragraphs[0]
        assert line.alignment == side
        assert [each.text for each in line._p.iter(qn("w:instrText"))] == [" PAGE "]
        assert line.runs[0].font.size == Pt(14)
        assert (line.runs[0].text, line.runs[-1].text) == ("— ", " —")


def test_dates_and_numbers_are_written_as_the_standard_wants() -> None:
    assert day_words(date(2026, 6, 1)) == "2026年6月1日"
    assert [numbered(each) for each in (1, 9, 10, 11, 20, 21)] == [
        "一", "九", "十", "十一", "二十", "二十一"
    ]  # fmt: skip


def test_the_pdf_is_accessible_and_runs_nothing_that_was_written() -> None:
    assert b"pdfuaid" in pdf_of(PAPER)
    typed = Official("#panic()", "", [Paragraph('#read("/etc/passwd") $x$ *粗*')])
    assert pdf_of(typed).startswith(b"%PDF")


@pytest.mark.both_databases
def test_the_papers_tell_the_result_that_the_public_reads(case: Case) -> None:
    for is_sealed in (False, True):
        if is_sealed:
            seal(case)
        result = adoption.public_result(case.matter, clock.now())
        table = _words(case.officer.get(case.at("/result-table.docx")).data)
        notice = _words(case.officer.get(case.at("/announcement.docx")).data)
        for words in (table, notice):
            assert ("定稿第1版" if is_sealed else "未定稿，截至2026年6月1日12:00") in words
            assert f"共收到意见{result.received}份" in words
            assert "采纳1份、未采纳5份、解释说明1份、已撤回1份、重复意见1份、待答复1份" in words
            for point in result.points:
                assert point.title in words
                assert point.reason in words
            assert "表中合计7份。另有：重复意见1份，随原件一并处理；由提交人撤回1份" in words
            assert "待答复1份。" in words
        assert ("此件公开发布" in notice) is is_sealed
        assert (result.digest in table) is is_sealed or not is_sealed


def test_a_matter_without_opinions_has_papers_that_say_so(case: Case) -> None:
    empty = a_consultation("closed", department=case.matter.department)
    base = f"/desk/consultations/{empty.slug}/papers"
    for name in ("result-table", "announcement", "participation"):
        for form in ("docx", "pdf"):
            assert case.officer.get(f"{base}/{name}.{form}").status_code == 200
    assert "没有收到意见" in _words(case.officer.get(f"{base}/announcement.docx").data)
    assert "还没有收到意见。" in case.officer.get(base).text
    assert case.officer.post(f"{base}/opinions.xlsx", data={"naming": "masked"}).status_code == 403


def test_what_is_not_there_yet_is_said_with_its_reason(case: Case) -> None:
    still_open = a_consultation("open", department=case.matter.department)
    base = f"/desk/consultations/{still_open.slug}/papers"
    page = case.officer.get(base).text
    assert page.count("征求意见截止以后才有采纳情况。") == 2
    assert case.officer.get(f"{base}/announcement.docx").status_code == 403
    words = _words(case.officer.get(f"{base}/participation.docx").data)
    assert "征求意见尚未截止" in words
    assert case.officer.get(case.at("/nothing.docx")).status_code == 404
    assert case.officer.get(case.at("/announcement.txt")).status_code == 404


def test_the_statement_on_participation_names_all_that_is_undecided(case: Case) -> None:
    words = _words(case.officer.get(case.at("/participation.docx")).data)
    assert "听证会1次" in words
    assert "1份意见还没有处理结果。" in words
    assert "采纳情况尚未定稿公布。" in words
    assert "照明听证会" in words
    seal(case)
    words = _words(case.officer.get(case.at("/participation.docx")).data)
    assert "采纳情况尚未定稿公布。" not in words
    assert "采纳情况第1版已于" in words


def test_the_report_on_a_hearing_follows_its_record(case: Case) -> None:
    address = case.at(f"/hearings/{case.hearing.id}.docx")
    words = _words(case.officer.get(address).data)
    heads = ["一、组织筹备情况", "二、参加人构成与到会情况", "三、主要意见、依据的事实和理由",
             "四、对意见的处理", "五、结论"]  # fmt: skip
    places = [words.index(each) for each in heads]
    assert places == sorted(places)
    assert "应到14人，实到11人" in words
    assert "希望晚上十一点再关灯。" in words
    # 居民周** spoke on clause 4, where a point was adopted; the expert on none.
    assert "路灯开到晚上十一点（第四条）" in words
    assert "其中1条所针对的条款已有处理结果和理由，1条还没有。" in words
    assert case.officer.get(case.at(f"/hearings/{case.hearing.id}.pdf")).data[:4] == b"%PDF"
    assert case.officer.get(case.at("/hearings/999.docx")).status_code == 404
