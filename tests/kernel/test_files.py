"""Files by their content: the five kinds come in, everything disguised as them stays out."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable

import docx
import pytest
from PIL import Image

from participation.kernel import files
from participation.kernel.errors import Invalid
from participation.kernel.files import LARGEST_FILE, accept
from tests.factories.meetings import A_PDF

ENDINGS = ["pdf", "docx", "xlsx", "png", "jpg", "jpeg"]
ENDINGS += ["svg", "html", "exe", "zip", "docm", "pdf.exe"]
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Override PartName="/word/document.xml" ContentType="{}"/></Types>'
)
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def _picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#8ac").save(made, kind, **options)
    return made.getvalue()


def _package(main: str = "word/document.xml", **members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES.format(PLAIN))
        package.writestr(main, "<w/>")
        for name, content in members.items():
            package.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def _rels(kind: str, target: str) -> dict[str, bytes]:
    one = (
        f'<Relationship Id="r" Type="http://schemas/relationships/{kind}" '
        f'Target="{target}" TargetMode="External"/>'
    )
    return {"word/_rels/document.xml.rels": f"<Relationships>{one}</Relationships>".encode()}


def _bomb() -> bytes:
    """A package of 200 MB of nothing."""
    return _package(**{"word/media/a.xml": bytes(200 * 1024 * 1024)})


def _lying_bomb() -> bytes:
    """A package whose directory says that its large member is small."""
    data = bytearray(_package(**{"word/media/a.xml": bytes(3_000_000)}))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.rindex(mark)
        data[at + place : at + place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "exe": lambda: b"MZ\x90\x00" + bytes(200),
    "shell": lambda: b"#!/bin/sh\nrm -rf /\n",
    "zip": lambda: _package(main="readme.txt"),
    "bomb": _bomb,
    "lying bomb": _lying_bomb,
    "macros": lambda: _package(**{"word/vbaProject.bin": b"x"}),
    "macros under another name": lambda: _package(**{"word/VBAPROJECT.BIN": b"x"}),
    "ole": lambda: _package(**{"word/embeddings/oleObject1.bin": b"x"}),
    "pdf and html": lambda: b"%PDF-1.4 <html><script>alert(1)</script></html>\n%%EOF",
    "pdf and zip": lambda: A_PDF + _package() + b"%%EOF",
    "pdf with javascript": lambda: A_PDF.replace(b"/Catalog", b"/Catalog/JavaScript 2 0 R"),
    "pdf cut off": lambda: A_PDF[:30],
    "picture cut off": lambda: _picture(size=(300, 300))[:60],
    "gif": lambda: _picture("GIF"),
    "text": lambda: "会议记录".encode(),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", [each for each in HOSTILE if each != "bomb"])
def test_hostile_content_is_refused_under_any_ending_with_a_sentence(
    name: str, ending: str
) -> None:
    with pytest.raises(Invalid) as refused:
        accept(f"会议记录.{ending}", HOSTILE[name]())
    assert refused.value.field == "file"
    assert str(refused.value).endswith("。")


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_a_bomb_is_refused_without_being_unpacked(ending: str) -> None:
    with pytest.raises(Invalid):
        accept(f"a.{ending}", _bomb())


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("笔录.pdf", A_PDF, "pdf"),
        ("笔录.PDF", A_PDF, "pdf"),
        ("签到表.docx", _package(), "docx"),
        ("签到表.xlsx", _package("xl/workbook.xml"), "xlsx"),
        ("照片.png", _picture(), "png"),
        ("照片.jpeg", _picture("JPEG"), "jpg"),
    ],
)
def test_the_five_kinds_come_in(name: str, data: bytes, kind: str) -> None:
    found = accept(name, data)
    assert (found.name, found.kind) == (name, kind)
    if kind in {"pdf", "docx", "xlsx"}:
        assert found.data == data


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.jpg", _picture()), ("a.png", _picture("JPEG")), ("a.docx", A_PDF), ("a.pdf", _package())],
)
def test_an_accepted_kind_under_another_name_is_told_so(name: str, data: bytes) -> None:
    with pytest.raises(Invalid, match="与扩展名不符"):
        accept(name, data)


def test_a_document_that_word_would_write_comes_in() -> None:
    document, made = docx.Document(), io.BytesIO()
    document.add_paragraph("发言摘要")
    document.save(made)
    assert accept("发言.docx", made.getvalue()).kind == "docx"


@pytest.mark.parametrize(
    ("kind", "target", "accepted"),
    [
        ("hyperlink", "https://example.org/", True),
        ("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm", True),
        ("attachedTemplate", "Normal.dotm", True),
        ("attachedTemplate", "https://example.org/evil.dotm", False),
        ("attachedTemplate", "\\\\host\\share\\evil.dotm", False),
        ("attachedTemplate", "file://host/evil.dotm", False),
        ("image", "http://example.org/a.png", False),
    ],
)
def test_a_document_that_fetches_from_outside_is_refused(
    kind: str, target: str, accepted: bool
) -> None:
    data = _package(**_rels(kind, target))
    if accepted:
        assert accept("a.docx", data).data == data
    else:
        with pytest.raises(Invalid, match="外部"):
            accept("a.docx", data)


def test_macros_named_in_the_list_of_contents_are_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr(
            "[Content_Types].xml", TYPES.format("application/vnd.ms-word.document.macroEnabled")
        )
        package.writestr("word/document.xml", "<w/>")
    with pytest.raises(Invalid, match="宏"):
        accept("a.docx", made.getvalue())


def test_something_behind_the_archive_is_refused() -> None:
    with pytest.raises(Invalid):
        accept("a.docx", _package() + b"<script>alert(1)</script>")


def test_a_picture_loses_what_was_hidden_in_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png")):
        data = _picture(kind, exif=exif) + b"PK\x03\x04<script>alert(1)</script>"
        found = accept(name, data).data
        assert b"SECRET-PLACE" in data
        assert b"SECRET-PLACE" not in found
        assert b"script" not in found
        assert dict(Image.open(io.BytesIO(found)).getexif()) == {}


def test_a_picture_stands_the_way_the_camera_held_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = accept("a.jpg", _picture("JPEG", (40, 30), exif=exif)).data
    assert Image.open(io.BytesIO(found)).size == (30, 40)


@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (8_000, 7_000)])
def test_a_picture_of_too_many_points_is_refused_unread(width: int, height: int) -> None:
    data = bytearray(_picture())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with pytest.raises(Invalid, match="像素"):
        accept("a.png", bytes(data))


def test_a_large_picture_is_made_smaller() -> None:
    found = accept("a.jpg", _picture("JPEG", (5000, 1000))).data
    assert max(Image.open(io.BytesIO(found)).size) <= files.LONGEST_EDGE


@pytest.mark.parametrize(("data", "words"), [(b"", "空文件"), (bytes(LARGEST_FILE + 1), "10 MB")])
def test_nothing_and_too_much_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        accept("a.pdf", data)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/笔录.pdf", "笔录.pdf"),
        ("C:\\记录\\笔录.pdf", "笔录.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_a_name_keeps_neither_folders_nor_hidden_signs(given: str, kept: str) -> None:
    assert accept(given, A_PDF).name == kept
