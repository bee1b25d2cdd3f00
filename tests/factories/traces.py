"""Files that tell of their writer in every place that such files have, and where it was found."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import docx
import openpyxl
import pikepdf
from openpyxl.comments import Comment
from PIL import Image

CANARY = "Canary-Zhang-San"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORDS = "Paragraph of the opinion"


def a_photograph(kind: str = "JPEG", tint: str = "#8ac") -> bytes:
    """A picture that tells by which device, where and by whom it was taken, and a bit behind it."""
    made = io.BytesIO()
    picture = Image.new("RGB", (40, 30), tint)
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = CANARY, CANARY
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    options: dict[str, object] = {"exif": exif}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Author", CANARY)
        options["pnginfo"] = info
    else:
        options["comment"] = CANARY.encode()
    picture.save(made, kind, **options)
    return made.getvalue() + CANARY.encode()


def a_word_file() -> bytes:
    """A document with properties, a remark, a tracked change, a photograph, a template's path."""
    document = docx.Document()
    paragraph = document.add_paragraph(WORDS)
    document.add_comment(paragraph.runs, text="remark", author=CANARY, initials="CZ")
    document.add_picture(io.BytesIO(a_photograph()))
    document.add_picture(io.BytesIO(a_photograph("PNG")))
    document.core_properties.author = CANARY
    document.core_properties.last_modified_by = CANARY
    made = io.BytesIO()
    document.save(made)
    return _with_parts(
        made.getvalue(),
        {
            "docProps/app.xml": f"<Properties><Company>{CANARY}</Company></Properties>",
            "customXml/item1.xml": f"<a>{CANARY}</a>",
            "word/people.xml": (
                f'<w15:people xmlns:w15="urn:w15"><w15:person w15:author="{CANARY}"/></w15:people>'
            ),
            "word/footnotes.xml": (
                f'<w:footnotes xmlns:w="urn:w"><w:ins w:author="{CANARY}"><w:t>kept</w:t></w:ins>'
                "</w:footnotes>"
            ),
            "word/_rels/settings.xml.rels": (
                f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
                f'Type="x/attachedTemplate" Target="file:///C:\\Users\\{CANARY}\\a.dotm" '
                'TargetMode="External"/>'
                "</Relationships>"
            ),
        },
    )


def an_excel_file() -> bytes:
    """A workbook with properties, a remark, a person, a path and a printer."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = WORDS
    sheet["A1"].comment = Comment("remark", CANARY)
    book.properties.creator = book.properties.lastModifiedBy = CANARY
    made = io.BytesIO()
    book.save(made)
    return _with_parts(
        made.getvalue(),
        {
            "xl/persons/person.xml": (
                f'<personList><person displayName="{CANARY}" userId="{CANARY}"/></personList>'
            ),
            "xl/printerSettings/printerSettings1.bin": CANARY,
            "xl/external.xml": f'<a><absPath url="C:\\Users\\{CANARY}\\"/></a>',
        },
    )


def a_pdf_file() -> bytes:
    """A page with document information, XMP, a remark, a photograph and an earlier revision."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        photograph = pikepdf.Stream(pdf, a_photograph())
        photograph.Type, photograph.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        photograph.Width, photograph.Height, photograph.BitsPerComponent = 40, 30, 8
        photograph.ColorSpace, photograph.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=photograph))
        page.Contents = pikepdf.Stream(pdf, f"BT ({WORDS}) Tj ET".encode())
        remark = pikepdf.Dictionary(Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], T=CANARY)
        page.Annots = pikepdf.Array([pdf.make_indirect(remark)])
        pdf.docinfo["/Author"] = CANARY
        pdf.Root.Metadata = pikepdf.Stream(pdf, f"<x>{CANARY}</x>".encode())
        pdf.Root.PieceInfo = pikepdf.Dictionary(Writer=pikepdf.String(CANARY))
        pdf.save(made)
    # What an earlier revision held lies between the objects, where nothing points to it.
    left = f"9999 0 obj ({CANARY}) endobj\n".encode()
    return made.getvalue().replace(b"\nxref", b"\n" + left + b"xref", 1)


def a_running_pdf() -> bytes:
    """A PDF whose action is packed away, where a look at the bytes does not find it."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = pdf.make_indirect(action)
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def everything_in(data: bytes) -> Iterator[tuple[str, bytes]]:
    """All that a file holds, unpacked: names, and contents with what they hold in turn."""
    yield "file", data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.infolist():
                yield member.filename, member.filename.encode() + member.extra + member.comment
                yield from everything_in(package.read(member))
    elif data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for found in pdf.objects:
                yield "object", repr(found).encode()
                if isinstance(found, pikepdf.Stream):
                    yield "stream", bytes(found.read_raw_bytes())
                    # A broken one cannot be unpacked by anybody.
                    with suppress(pikepdf.PdfError):
                        yield "read", bytes(found.read_bytes())


def told_in(data: bytes, canary: str = CANARY) -> list[str]:
    """Where the canary still sings."""
    return [place for place, held in everything_in(data) if canary.encode() in held]


def _with_parts(data: bytes, parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for member in given.infolist():
            if member.filename not in parts:
                package.writestr(member.filename, given.read(member))
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()
