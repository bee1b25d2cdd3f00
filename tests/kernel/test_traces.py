"""What a file tells of its writer goes; what it says stays."""

from __future__ import annotations

import io
from contextlib import suppress

import docx
import openpyxl
import pikepdf
import pytest
from PIL import Image

from participation.kernel import office_traces, pdf_traces
from participation.kernel.errors import Invalid
from participation.kernel.files import accept
from participation.kernel.looking import look_into
from participation.kernel.pictures import bare_picture
from tests.factories.traces import (
    WORDS,
    a_pdf_file,
    a_photograph,
    a_running_pdf,
    a_word_file,
    an_excel_file,
    told_in,
)

FILES = {
    "a.docx": a_word_file,
    "a.xlsx": an_excel_file,
    "a.pdf": a_pdf_file,
    "a.jpg": a_photograph,
    "a.png": lambda: a_photograph("PNG"),
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_a_file_tells_who_wrote_it(name: str) -> None:
    given = FILES[name]()
    assert told_in(given), "the test's own file tells nothing"
    kept = accept(name, given, bare=True)
    assert told_in(kept.data) == []


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf"])
def test_a_department_s_document_stays_as_it_is(name: str) -> None:
    given = FILES[name]()
    assert accept(name, given).data == given


def test_a_word_file_still_opens_with_its_words_and_pictures() -> None:
    document = docx.Document(io.BytesIO(office_traces.without_traces(a_word_file())))
    assert document.paragraphs[0].text == WORDS
    assert len(document.inline_shapes) == 2
    assert [each.text for each in document.comments] == ["remark"]
    assert not document.core_properties.author


def test_an_excel_file_still_opens_with_its_cells() -> None:
    book = openpyxl.load_workbook(io.BytesIO(office_traces.without_traces(an_excel_file())))
    assert book.active["A1"].value == WORDS
    assert book.active["A1"].comment.text == "remark"


def test_a_pdf_still_opens_with_its_page_and_picture() -> None:
    with pikepdf.open(io.BytesIO(pdf_traces.without_traces(a_pdf_file()))) as pdf:
        (page,) = pdf.pages
        assert WORDS.encode() in page.Contents.read_bytes()
        picture = pikepdf.PdfImage(page.Resources.XObject.Im0).as_pil_image()
        assert picture.size == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_points_of_a_picture_inside_a_document_stay_as_they_are(kind: str) -> None:
    given = a_photograph(kind)
    kept = bare_picture(given)
    assert len(kept) < len(given)
    before, after = (Image.open(io.BytesIO(each)) for each in (given, kept))
    assert before.tobytes() == after.tobytes()


def test_a_progressive_picture_of_four_colours_keeps_how_they_are_told() -> None:
    made = io.BytesIO()
    Image.new("CMYK", (64, 64), (10, 200, 30, 4)).save(made, "JPEG", progressive=True)
    before, after = (
        Image.open(io.BytesIO(each)) for each in (made.getvalue(), bare_picture(made.getvalue()))
    )
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_that_is_cut_off_tells_no_more_than_a_whole_one(kind: str) -> None:
    whole = a_photograph(kind)
    refused = 0
    for length in range(8, len(whole) - 1, 7):
        try:
            kept = bare_picture(whole[:length])
        except ValueError:
            refused += 1
            continue
        assert told_in(kept) == []
    assert refused


def test_what_would_run_in_a_pdf_is_found_where_it_is_packed_away() -> None:
    given = a_running_pdf()
    assert b"JavaScript" not in given
    with pytest.raises(Invalid, match="宏"):
        accept("a.pdf", given, bare=True)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf"])
def test_a_broken_document_is_mended_or_refused_with_a_sentence(name: str) -> None:
    given = FILES[name]()
    for place in range(200, len(given) - 200, len(given) // 6):
        broken = given[:place] + bytes(60) + given[place + 60 :]
        with suppress(Invalid):
            accept(name, broken, bare=True)


def test_the_child_that_looks_takes_the_traces_out() -> None:
    kept = look_into("a.pdf", a_pdf_file(), bare=True)
    assert told_in(kept.data) == []
    with pytest.raises(Invalid, match="损坏"):
        look_into("a.pdf", b"%PDF-1.4\nno objects at all\n%%EOF", bare=True)
