"""Files made to harm whoever opens them: built in code at test time, nothing malicious is kept.

`curated()` is the list by name; `mutated()` changes good files at random places from a seed.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import docx
from PIL import Image

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    '.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
MEGABYTE = 1024 * 1024
MANY = 200_000


@dataclass(frozen=True)
class Case:
    """A file to upload: what it is, the name it is given, its bytes."""

    what: str
    name: str
    data: bytes

    @property
    def is_draft(self) -> bool:
        """Whether the draft's form takes such a name at all."""
        return self.name.rpartition(".")[2].lower() in {"docx", "txt", "md"}


def curated(wanted: Callable[[str], bool] = lambda _what: True) -> Iterator[Case]:
    """The curated files whose names are wanted, each made when its turn comes: they are large."""
    for maker in (_packages, _documents, _texts, _pictures, _pdfs, _disguises):
        for what, name, make in maker():
            if wanted(what):
                yield Case(what, name, make())


def mutated(seed: int, count: int) -> Iterator[Case]:
    """Good files with bytes changed, cut, doubled or put elsewhere."""
    luck = random.Random(seed)
    good = good_files()
    for number in range(count):
        name, data = luck.choice(good)
        changed = bytearray(data)
        for _ in range(luck.choice((1, 3, 30))):
            _mutate(luck, changed)
        yield Case(f"mutation {number}", name, bytes(changed) or b"\0")


def _mutate(luck: random.Random, data: bytearray) -> None:
    if not data:
        return
    place, length = luck.randrange(len(data)), luck.choice((1, 4, 64, 512))
    act = luck.randrange(5)
    if act == 0:
        data[place] ^= 1 << luck.randrange(8)
    elif act == 1:
        data[place : place + length] = luck.randbytes(len(data[place : place + length]))
    elif act == 2:
        del data[place : place + length]
    elif act == 3:
        data[place:place] = data[place : place + length]
    else:
        del data[place:]


@cache
def good_files() -> list[tuple[str, bytes]]:
    """A good one of each kind that is taken."""
    text = "云溪县办法\n第一条　为了方便村民，制定本办法。\n第二条　本办法自公布之日起施行。\n"
    return [
        ("good.docx", _good_docx()),
        ("good.txt", text.encode()),
        ("good.txt", text.encode("gb18030")),
        ("good.md", f"# {text}".encode()),
        ("good.xlsx", _xlsx()),
        ("good.png", _picture("PNG")),
        ("good.jpg", _picture("JPEG")),
        ("good.pdf", _pdf()),
    ]


def _good_docx() -> bytes:
    document = docx.Document()
    for line in ("云溪县办法", "第一条 为了方便村民，制定本办法。", "第二条 自公布之日起施行。"):
        document.add_paragraph(line)
    document.add_table(2, 2)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _picture(kind: str, size: tuple[int, int] = (80, 60), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#8ac").save(made, kind, **options)
    return made.getvalue()


def _pdf(body: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n" + body + b"\ntrailer<<>>\n%%EOF\n"


def package(
    members: dict[str, bytes], *, kind: int = zipfile.ZIP_DEFLATED, types: str = TYPES
) -> bytes:
    """A package of these members, with the list of types first."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as out:
        if types:
            out.writestr("[Content_Types].xml", types)
        for name, content in members.items():
            out.writestr(name, content)
    return made.getvalue()


def _xlsx() -> bytes:
    return package({"xl/workbook.xml": b"<workbook/>"})


def _word(body: str, head: str = "") -> bytes:
    root = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{head}{root}'
    return package({"_rels/.rels": rels.encode(), "word/document.xml": xml.encode()})


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


Maker = tuple[str, str, Callable[[], bytes]]


def _packages() -> Iterator[Maker]:
    """Zip files that lie, explode or reach out of their folder."""
    main = {"word/document.xml": b"<w/>"}
    makers: dict[str, Callable[[], bytes]] = {
        "bomb of one member": lambda: package({**main, "word/a.xml": bytes(120 * MEGABYTE)}),
        "bomb in the document": lambda: package({"word/document.xml": bytes(60 * MEGABYTE)}),
        "bomb of many members": lambda: package(
            {**main, **{f"word/{number}.xml": bytes(MEGABYTE) for number in range(120)}}
        ),
        "bomb in a bomb": lambda: package(
            {**main, "word/inner.zip": package({"a": bytes(30 * MEGABYTE)})}
        ),
        "recursive": _recursive,
        "many entries": lambda: package({**main, **{f"e/{n}": b"" for n in range(20_000)}}),
        "double entries": _double_entries,
        "no types": lambda: package(main, types=""),
        "empty archive": lambda: package({}, types=""),
        "no main part": lambda: package({"other.xml": b"<x/>"}),
        "stored only": lambda: package(main, kind=zipfile.ZIP_STORED),
        "bzip2": lambda: package(main, kind=zipfile.ZIP_BZIP2),
        "lzma": lambda: package(main, kind=zipfile.ZIP_LZMA),
        "comment": lambda: _good_docx()[:-2] + struct.pack("<H", 10) + b"x" * 10,
        "longer comment than there is": lambda: _good_docx()[:-2] + struct.pack("<H", 9999),
        "truncated": lambda: _good_docx()[:-40],
        "first half": lambda: _good_docx()[: len(_good_docx()) // 2],
        "second half": lambda: _good_docx()[len(_good_docx()) // 2 :],
        "head only": lambda: b"PK\x03\x04",
        "end only": lambda: b"PK\x05\x06" + bytes(18),
        "end that points away": lambda: b"PK\x03\x04" + bytes(30) + _end(1, 99, 2**31),
        "end with 65,535 entries": lambda: b"PK\x03\x04" + bytes(30) + _end(65_535, 46, 4),
        "junk before": lambda: b"GIF89a" + bytes(100) + _good_docx(),
        "junk behind": lambda: _good_docx() + b"<script>alert(1)</script>",
        "encrypted": _encrypted,
        "lying sizes": lambda: _patched(_good_docx(), b"PK\x01\x02", 24, struct.pack("<I", 1)),
        "huge sizes": lambda: _patched(
            _good_docx(), b"PK\x01\x02", 24, struct.pack("<I", 2**32 - 2)
        ),
        "unknown method": lambda: _patched(_good_docx(), b"PK\x01\x02", 10, struct.pack("<H", 77)),
        "wrong checksum": lambda: _patched(_good_docx(), b"PK\x01\x02", 16, bytes(4)),
        "overlapping members": _overlapping,
    }
    for name, ending in (
        ("../../../tmp/slip", "slip up"),
        ("/etc/passwd", "absolute slip"),
        ("..\\..\\slip", "backslash slip"),
        ("C:\\slip", "drive slip"),
        ("word/" + "x" * 60_000, "giant name"),
        ("word/\x00nul.xml", "NUL in a name"),
        ("word/\u202egnp.xml", "turned name"),
        ("word/vbaProject.bin", "macro"),
        ("word/activeX/a.xml", "ActiveX"),
        ("word/embeddings/evil.exe", "program inside"),
        ("a/" * 2_000 + "deep", "deep folders"),
    ):
        makers[ending] = lambda name=name: package({**main, name: b"root:x:0:0"})  # type: ignore[misc]
    makers["symlink"] = _symlink
    for what, make in makers.items():
        yield f"zip: {what}", "package.docx", make
    for what in ("bomb of one member", "many entries", "encrypted", "slip up", "double entries"):
        yield f"xlsx: {what}", "package.xlsx", makers[what]


def _end(entries: int, size: int, place: int) -> bytes:
    return b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, entries, entries, size, place, 0)


def _patched(data: bytes, signature: bytes, place: int, value: bytes) -> bytes:
    made = bytearray(data)
    at = made.find(signature) + place
    made[at : at + len(value)] = value
    return bytes(made)


def _recursive() -> bytes:
    inner = _good_docx()
    for _ in range(12):
        inner = package({"word/document.xml": b"<w/>", "word/again.docx": inner})
    return inner


def _double_entries() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("[Content_Types].xml", TYPES)
        for content in (b"<w/>", b"<other/>"):
            # The library warns of the second; that is the point.
            info = zipfile.ZipInfo("word/document.xml")
            out.NameToInfo.pop(info.filename, None)
            out.writestr(info, content)
    return made.getvalue()


def _symlink() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        out.writestr("[Content_Types].xml", TYPES)
        info = zipfile.ZipInfo("word/document.xml")
        info.external_attr = 0o120777 << 16
        out.writestr(info, "/etc/passwd")
    return made.getvalue()


def _encrypted() -> bytes:
    made = bytearray(_good_docx())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := made.find(signature, at)) >= 0:
            made[at + place] |= 1
            at += 4
    return bytes(made)


def _overlapping() -> bytes:
    """Many entries of the directory that all point at one member."""
    data = package({"word/document.xml": b"<w/>", "kernel": bytes(4 * MEGABYTE)})
    start = data.rfind(b"PK\x01\x02")
    entry, end = data[start : data.rfind(b"PK\x05\x06")], data.rfind(b"PK\x05\x06")
    first = data.find(b"PK\x01\x02")
    names = [entry.replace(b"kernel", f"{number:06}".encode()) for number in range(1_500)]
    directory = data[first:end] + b"".join(names)
    return data[:first] + directory + _end(3 + len(names), len(directory), first)


def _documents() -> Iterator[Maker]:
    """Word documents whose XML is the weapon."""
    laughs = "".join(
        f'<!ENTITY l{number} "' + f"&l{number - 1};" * 10 + '">' for number in range(1, 10)
    )
    heads = {
        "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>',
        "quadratic blow-up": '<!DOCTYPE x [<!ENTITY l9 "' + "a" * 50_000 + '">]>',
        "entity of a file": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        "entity of a server": '<!DOCTYPE x [<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">]>',
        "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;'
        '<!ENTITY l9 "x">]>',
        "outside definition": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    }
    for what, head in heads.items():
        times = 500 if "quadratic" in what else 1
        yield (
            f"xml: {what}",
            "document.docx",
            lambda head=head, times=times: _word(_paragraph("&l9;" * times), head),  # type: ignore[misc]
        )
    bodies: dict[str, Callable[[], str]] = {
        "huge text node": lambda: _paragraph("字" * (4 * MEGABYTE)),
        "many huge text nodes": lambda: _paragraph("字" * MEGABYTE) * 12,
        "many paragraphs": lambda: _paragraph("条") * MANY,
        "many empty paragraphs": lambda: "<w:p/>" * (3 * MANY),
        "many runs": lambda: f"<w:p>{'<w:r><w:t>字</w:t></w:r>' * MANY}</w:p>",
        "many attributes": lambda: (
            "<w:p " + " ".join(f'a{number}="x"' for number in range(MANY)) + "/>"
        ),
        "deep nesting": lambda: "<w:p>" * 100_000 + "</w:p>" * 100_000,
        "deep tables": lambda: (
            "<w:tbl><w:tr><w:tc>" * 3_000 + _paragraph("x") + "</w:tc></w:tr></w:tbl>" * 3_000
        ),
        "wide table": lambda: (
            "<w:tbl><w:tr>" + f"<w:tc>{_paragraph('x')}</w:tc>" * 50_000 + "</w:tr></w:tbl>"
        ),
        "giant span": lambda: (
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>'
            f"{_paragraph('x')}</w:tc></w:tr></w:tbl>"
        ),
        "giant numbers": lambda: (
            '<w:p><w:pPr><w:numPr><w:ilvl w:val="99999999999"/><w:numId w:val="-1"/></w:numPr>'
            "</w:pPr><w:r><w:t>x</w:t></w:r></w:p>"
        ),
        "no numbers": lambda: (
            '<w:p><w:pPr><w:numPr><w:ilvl w:val="x"/><w:numId/></w:numPr></w:pPr></w:p>'
        ),
        "unclosed": lambda: "<w:p><w:r>",
        "control characters": lambda: _paragraph("&#1;&#0;"),
        "surrogates": lambda: _paragraph("&#xD800;"),
        "turned text": lambda: _paragraph("\u202e" * 1_000 + "条一第"),
        "article numbers without end": lambda: "".join(
            _paragraph(f"第{'九' * 2_000}条　x") for _ in range(50)
        ),
        "nothing": lambda: "",
        "markup": lambda: _paragraph("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "formula": lambda: _paragraph("=cmd|'/c calc'!A0"),
    }
    for what, body in bodies.items():
        yield f"xml: {what}", "document.docx", lambda body=body: _word(body())  # type: ignore[misc]
    relationships = "<Relationship" * 200_000
    yield (
        "xml: relationships without end",
        "package.docx",
        lambda: package(
            {"word/document.xml": b"<w/>", "word/_rels/document.xml.rels": relationships.encode()}
        ),
    )
    outside = (
        '<Relationships><Relationship Id="r" Type="x/attachedTemplate" '
        'Target="http://127.0.0.1:9/t.dotm" TargetMode="External"/></Relationships>'
    )
    yield (
        "xml: template from outside",
        "package.docx",
        lambda: package(
            {"word/document.xml": b"<w/>", "word/_rels/settings.xml.rels": outside.encode()}
        ),
    )
    yield (
        "xml: types in UTF-16 with an entity",
        "package.docx",
        lambda: package(
            {
                "word/document.xml": b"<w/>",
                "_rels/.rels": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"),
            }
        ),
    )


def _texts() -> Iterator[Maker]:
    """Texts that are none, or too much of one."""
    makers: dict[str, Callable[[], bytes]] = {
        "one long line": lambda: "字".encode() * (3 * MEGABYTE),
        "nothing but line ends": lambda: b"\n" * (9 * MEGABYTE),
        "many lines": lambda: "第一条　x\n".encode() * MANY,
        "NULs": lambda: bytes(MEGABYTE),
        "NULs between": lambda: "第\0一\0条\0".encode() * 1_000,
        "half a character": lambda: "第一条".encode()[:-1],
        "wrong bytes": lambda: b"\xff\xfe\xfd" * 1_000,
        "UTF-16 cut": lambda: "第一条　为了".encode("utf-16")[:-1],
        "UTF-32": lambda: "第一条　为了".encode("utf-32"),
        "UTF-7": lambda: b"+AGE-" * 1_000,
        "escapes": lambda: b"\x1b[2J\x1b]0;x\x07" * 1_000,
        "turned": lambda: ("\u202e第一条\u202c\n" * 1_000).encode(),
        "marks without end": lambda: ("第" + "\u0301" * 100_000).encode(),
        "invisible": lambda: "\u200b\ufeff".encode() * 10_000,
        "Chinese numbers without end": lambda: f"第{'一' * 500_000}条　x".encode(),
        "brackets without end": lambda: ("（" * 500_000).encode(),
        "spaces without end": lambda: (" " * 2_000_000 + "x").encode(),
        "headings": lambda: ("#" * 1_000_000 + " x").encode(),
        "links": lambda: b"[" * 200_000,
        "nested lists": lambda: "".join(f"{' ' * n}- x\n" for n in range(2_000)).encode(),
        "table": lambda: b"|" * 500_000 + b"\n|-" * 100_000,
        "code fences": lambda: b"```\n" * 100_000,
        "emphasis": lambda: b"*_" * 300_000,
        "page": lambda: b"<html><script>alert(1)</script></html>",
        "empty": lambda: b" ",
    }
    for what, make in makers.items():
        yield f"text: {what}", "text.md" if "l" in what[:5] else "text.txt", make


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, rows: bytes = b"", *chunks: bytes, colour: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    body = _chunk(b"IDAT", zlib.compress(rows, 9))
    middle = b"".join(chunks)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + middle + body + _chunk(b"IEND", b"")


def _pictures() -> Iterator[Maker]:
    """Pictures that are larger inside, or no pictures."""
    text = zlib.compress(bytes(40 * MEGABYTE), 9)
    jpeg = _picture("JPEG")
    makers: dict[str, Callable[[], bytes]] = {
        "pixel flood": lambda: _png(2**31 - 1, 2**31 - 1),
        "pixel flood that is there": lambda: _png(7_000, 7_000, bytes(7_000 * 21_001)),
        "just allowed": lambda: _png(7_071, 7_070, bytes(7_070 * (3 * 7_071 + 1))),
        "one line of pixels": lambda: _png(49_000_000, 1, bytes(3 * 49_000_000 + 1)),
        "no pixels": lambda: _png(0, 0),
        "too few rows": lambda: _png(2_000, 2_000, bytes(100)),
        "too many rows": lambda: _png(10, 10, bytes(60 * MEGABYTE)),
        "text bomb": lambda: _png(10, 10, bytes(310), _chunk(b"zTXt", b"a\0\0" + text)),
        "profile bomb": lambda: _png(10, 10, bytes(310), _chunk(b"iCCP", b"a\0\0" + text)),
        "international text bomb": lambda: _png(
            10, 10, bytes(310), _chunk(b"iTXt", b"a\0\1\0\0\0" + text)
        ),
        "many chunks": lambda: _png(10, 10, bytes(310), _chunk(b"tEXt", b"a\0b") * 100_000),
        "bad checksum": lambda: _picture("PNG").replace(b"IDAT", b"IDAX", 1),
        "unknown colour": lambda: _png(10, 10, bytes(310), colour=9),
        "palette without palette": lambda: _png(10, 10, bytes(110), colour=3),
        "cut": lambda: _picture("PNG", (400, 400))[:-60],
        "animated": _animated,
    }
    for what, make in makers.items():
        yield f"png: {what}", "picture.png", make
    jpegs: dict[str, Callable[[], bytes]] = {
        "cut": lambda: jpeg[:-100],
        "head only": lambda: jpeg[:30],
        "giant size": lambda: _sized_jpeg(jpeg, 65_535, 65_535),
        "no size": lambda: _sized_jpeg(jpeg, 0, 0),
        "large progressive": lambda: _picture("JPEG", (6_000, 6_000), progressive=True),
        "many scans": lambda: _picture("JPEG", (2_000, 2_000), progressive=True) * 2,
        "metadata bomb": lambda: jpeg[:2] + (b"\xff\xe1\xff\xff" + bytes(65_533)) * 100 + jpeg[2:],
        "metadata that loops": lambda: _with_exif(jpeg),
        "trailing page": lambda: jpeg + b"<script>alert(1)</script>",
        "colours of print": lambda: _cmyk(),
    }
    for what, make in jpegs.items():
        yield f"jpg: {what}", "picture.jpg", make


def _animated() -> bytes:
    frames = [Image.new("RGB", (400, 400), (number, 0, 0)) for number in range(100)]
    made = io.BytesIO()
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()


def _sized_jpeg(data: bytes, width: int, height: int) -> bytes:
    return _patched(data, b"\xff\xc0", 5, struct.pack(">HH", height, width))


def _with_exif(data: bytes) -> bytes:
    """A directory of the metadata that names itself as the next one."""
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, 0x0112, 3, 1, 6) + struct.pack("<I", 8)
    block = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def _cmyk() -> bytes:
    made = io.BytesIO()
    Image.new("CMYK", (3_000, 3_000)).save(made, "JPEG")
    return made.getvalue()


def _pdfs() -> Iterator[Maker]:
    """PDFs that act, or that are something else too."""
    makers: dict[str, Callable[[], bytes]] = {
        "script": lambda: _pdf(b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"),
        "launch": lambda: _pdf(b"<</S/Launch/F(calc.exe)>>"),
        "file inside": lambda: _pdf(b"<</Type/EmbeddedFile>>"),
        "actions without end": lambda: _pdf(b"/OpenAction<<" * 700_000),
        "pages without end": lambda: _pdf(b"1 0 obj<<>>endobj\n" * 400_000),
        "page too": lambda: b"%PDF-1.4\n<html><script>x</script></html>\n%%EOF\n",
        "archive too": lambda: _pdf() + _good_docx() + b"\n%%EOF\n",
        "no end": lambda: _pdf()[:-8],
        "head only": lambda: b"%PDF-",
        "NULs": lambda: b"%PDF-1.4\n" + bytes(5 * MEGABYTE) + b"%%EOF",
    }
    for what, make in makers.items():
        yield f"pdf: {what}", "paper.pdf", make


def _disguises() -> Iterator[Maker]:
    """One thing under the name of another, and names that are themselves the attack."""
    kinds = {name.rpartition(".")[2]: data for name, data in good_files()}
    for named in ("docx", "xlsx", "png", "jpg", "pdf", "txt"):
        for real in ("docx", "png", "pdf"):
            if named != real:
                yield (
                    f"disguise: {real} as {named}",
                    f"file.{named}",
                    lambda real=real: kinds[real],  # type: ignore[misc]
                )
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)
    for what, data in (("old Word", old), ("program", b"MZ" + bytes(500)), ("ELF", b"\x7fELF")):
        yield f"disguise: {what} as docx", "file.docx", lambda data=data: data  # type: ignore[misc]
    for name in (
        "../../../etc/passwd.docx",
        "x" * 5_000 + ".pdf",
        "\u202efdp.exe.png",
        '"><script>.docx',
        "a\r\nX-Header: b.txt",
        "CON.docx",
        ".docx",
        "name.pdf.exe.pdf",
    ):
        good = dict(good_files())[f"good.{name.rpartition('.')[2]}"]
        yield f"name: {name[:20]!r}", name, lambda good=good: good  # type: ignore[misc]
