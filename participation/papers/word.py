"""Writes an official paper as a Word file in the layout of GB/T 9704-2012.

A4, margins 37/35/28/26 mm, 22 lines of 28 characters, 三号仿宋 with a fixed spacing of 28 pt, title
二号小标宋 centred, page number 四号 between dashes, on the outer side. The fonts are named and come
from the reader's machine, as office software in China has them.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from participation.papers.official import (
    Block,
    Enclosure,
    Heading,
    Official,
    Paragraph,
    Signature,
    day_words,
)
from participation.papers.word_table import add_table

TITLE_FONT, BODY_FONT, BOLD_FONT, KAI_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
BODY, TITLE, PAGE_NUMBER = 16, 22, 14
LINE, TITLE_LINE = 28, 36
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}
# Lines of 28.95 pt, and characters a little closer than 16 pt, so that 22 lines of 28 fill the page
# (in twentieths of a point; in 4096ths of a point).
LINE_PITCH, CHARACTER_SPACE = "579", "-849"
LEVEL_FONTS = {1: BOLD_FONT, 2: KAI_FONT, 3: BODY_FONT, 4: BODY_FONT}
ALTERNATIVES = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", KAI_FONT: "楷体"}


def docx_of(paper: Official) -> bytes:
    """The paper as a .docx file; takes some milliseconds for each row of its tables."""
    made = Document()
    _lay_out(made)
    _name_properties(made, paper.title)
    _head(made, paper.title, paper.status)
    for block in paper.blocks:
        _add(made, block)
    if paper.enclosures:
        _list_enclosures(made, paper.enclosures)
    if paper.signature:
        _sign(made, paper.signature)
    if paper.note:
        _written(made, f"（{paper.note}）", indent=2)
    for number, each in enumerate(paper.enclosures, start=1):
        _enclose(made, each, number if len(paper.enclosures) > 1 else 0)
    _tell_alternatives(made)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _lay_out(made: Any) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, size in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(size))
    # The number stands 7 mm below the text (GB/T 9704 7.5); it is itself some 5 mm high.
    section.footer_distance = Mm(MARGINS["bottom"] - 7 - 5)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), LINE_PITCH)
    grid.set(qn("w:charSpace"), CHARACTER_SPACE)
    style = made.styles["Normal"]
    style.font.size = Pt(BODY)
    _face(style.element.get_or_add_rPr(), BODY_FONT)
    _space(style.paragraph_format, LINE)
    made.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number_pages(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _tell_alternatives(made: Any) -> None:
    """Name what takes a font's place where a machine lacks it (ECMA-376, 17.8.3.1)."""
    for each in made.part.rels.values():
        if each.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            told = "".join(
                f'<w:font w:name="{font}"><w:altName w:val="{other}"/></w:font>'
                for font, other in ALTERNATIVES.items()
            )
            part = each.target_part
            part._blob = part.blob.replace(b"</w:fonts>", told.encode() + b"</w:fonts>")


def _space(form: Any, points: int) -> None:
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(points)
    form.space_before = form.space_after = Pt(0)


def _face(properties: Any, font: str, latin: str = LATIN) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind, face in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", font)):
        fonts.set(qn(f"w:{kind}"), face)
    fonts.set(qn("w:hint"), "eastAsia")


def _number_pages(footer: Any, side: WD_ALIGN_PARAGRAPH) -> None:
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = side
    # One character stands free on the outer side.
    _indent(line, **({"right": 1} if side == WD_ALIGN_PARAGRAPH.RIGHT else {"left": 1}))
    _run(line, "— ", "宋体", PAGE_NUMBER, latin="宋体")
    run = _run(line, "", "宋体", PAGE_NUMBER, latin="宋体")
    for kind in ("begin", None, "separate", "shown", "end"):
        run._r.append(_field_part(kind))
    _run(line, " —", "宋体", PAGE_NUMBER, latin="宋体")


def _field_part(kind: str | None) -> Any:
    if kind is None:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = " PAGE "
    elif kind == "shown":
        part = OxmlElement("w:t")
        part.text = "1"
    else:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    return part


def _name_properties(made: Any, title: str) -> None:
    made.core_properties.title = title[:255]
    made.core_properties.author = made.core_properties.comments = ""
    made.core_properties.language = "zh-CN"


def _run(
    line: WordParagraph, text: str, font: str = BODY_FONT, size: int = BODY, *, latin: str = LATIN
) -> Any:
    run = line.add_run(text)
    run.font.size = Pt(size)
    _face(run._r.get_or_add_rPr(), font, latin)
    return run


def _indent(line: WordParagraph, *, first: int = 0, left: int = 0, right: int = 0) -> None:
    """Stand back by whole characters, which follow the type's size (ECMA-376, 17.3.1.12)."""
    place = line._p.get_or_add_pPr().get_or_add_ind()
    for name, count in (("firstLine", first), ("left", left), ("right", right)):
        if count:
            place.set(qn(f"w:{name}Chars"), str(count * 100))
            place.set(qn(f"w:{name}"), str(count * BODY * 20))


def _head(made: Any, title: str, status: str) -> None:
    line = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _space(line.paragraph_format, TITLE_LINE)
    _run(line, title, TITLE_FONT, TITLE)
    if status:
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(line, f"（{status}）", KAI_FONT)
    made.add_paragraph()


def _add(made: Any, block: Block) -> None:
    if isinstance(block, Heading):
        line = _written(made, block.text, LEVEL_FONTS[block.level], indent=2)
        line.paragraph_format.keep_with_next = True
    elif isinstance(block, Paragraph):
        for text in block.text.split("\n"):
            _written(made, text, indent=2)
    else:
        add_table(made, block, _face)


def _written(made: Any, text: str, font: str = BODY_FONT, *, indent: int = 0) -> WordParagraph:
    line: WordParagraph = made.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent(line, first=indent)
    _run(line, text, font)
    return line


def _list_enclosures(made: Any, enclosures: Any) -> None:
    made.add_paragraph()
    for number, each in enumerate(enclosures, start=1):
        count = f"{number}．" if len(enclosures) > 1 else ""
        word = "附件：" if number == 1 else "　　　"
        _written(made, f"{word}{count}{each.title}", indent=2)


def _sign(made: Any, signature: Signature) -> None:
    for _ in range(2):
        made.add_paragraph()
    day = day_words(signature.on) if signature.on else "　　年　月　日"
    for text, free in ((signature.issuer, 2), (day, 4)):
        line = made.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.keep_with_next = text == signature.issuer
        _indent(line, right=free)
        _run(line, text)


def _enclose(made: Any, enclosure: Enclosure, number: int) -> None:
    line = made.add_paragraph()
    line.paragraph_format.page_break_before = True
    _run(line, f"附件{number or ''}", BOLD_FONT)
    made.add_paragraph()
    _head(made, enclosure.title, "")
    for block in enclosure.blocks:
        _add(made, block)
