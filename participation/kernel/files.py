"""Which files may be kept: looked into by content, pictures drawn anew, the rest refused.

Accepted are PDF, Word (docx), Excel (xlsx), PNG and JPEG. A name proves nothing: the content must
be what the name says. Whoever serves a file must do so as an attachment.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import filetype

from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_

if TYPE_CHECKING:
    from PIL import Image

KINDS = {"pdf": "pdf", "docx": "docx", "xlsx": "xlsx", "png": "png", "jpg": "jpg", "jpeg": "jpg"}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}
MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_NAME = 200
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 4000
MOST_MEMBERS, MOST_UNPACKED, MOST_XML = 2000, 96 * 1024 * 1024, 4 * 1024 * 1024
# Office files are packed five to twenty times.
SUSPECT_UNPACKED, MOST_RATIO = 8 * 1024 * 1024, 100
HEAD = 1024

_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|iframe|body|\?php)", re.IGNORECASE)
_ACTIVE_PDF = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction\s*<<[^>]{0,400}/S\s*/JavaScript)\b"
)
_RUNS = re.compile(
    r"(?i)(?:vbaproject\.bin|vbadata\.xml|/activex/|/embeddings/(?!.*\.xlsx$)|/macrosheets/"
    r"|\.(?:exe|dll|com|scr|bat|cmd|js|jse|vbs|vbe|wsf|hta|ps1|jar|lnk|msi|sh|html?|svg|swf)$)"
)
_OUTSIDE = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.I)
_LINK = re.compile(rb"/relationships/hyperlink[\"']")
# Word notes where the writer's own template lay; a path on a disk fetches nothing.
_ON_DISK = re.compile(rb"\sTarget\s*=\s*[\"'](?:file:/{0,3}[A-Za-z]:|(?![\\\\/]{2})[^:\"']*[\"'])")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

NOT_ACCEPTED = N_(
    "只接受 PDF、Word（docx）、Excel（xlsx）和 PNG、JPEG 图片。请另存为其中一种再上传。"
)
OTHER_CONTENT = N_("“%(name)s”的内容与扩展名不符，没有收下。请确认文件没有损坏，或重新另存一份。")
HAS_MACROS = N_("“%(name)s”里有宏或嵌入的程序，没有收下。请另存为不含宏的文件再上传。")
TOO_BIG_INSIDE = N_("“%(name)s”解压后过大，没有收下。")
DAMAGED = N_("“%(name)s”已损坏或设有密码，打不开，没有收下。")
REACHES_OUT = N_("“%(name)s”引用了外部内容，没有收下。请去掉外部链接的模板或图片再上传。")


@dataclass(frozen=True)
class AcceptedFile:
    """A file fit to be kept: its own name without folders, its kind, its bytes (pictures anew)."""

    name: str
    kind: str
    data: bytes


def accept(name: str, data: bytes, *, bare: bool = False) -> AcceptedFile:
    """The file where it may be kept; raise Invalid at `file` with the reason where not.

    `bare` takes out of a document what it tells of its writer (a picture never keeps it).
    """
    kind, name = refuse_at_once(name, data), own_name(name)
    if not _looks_like(kind, data):
        raise _refusal(OTHER_CONTENT, name)
    if kind == "pdf":
        _check_pdf(name, data)
    elif kind in MAIN_PARTS:
        _check_office(name, kind, data)
    else:
        data = _drawn_anew(name, kind, data)
    return AcceptedFile(name, kind, _bare(name, kind, data) if bare else data)


def refuse_at_once(name: str, data: bytes) -> str:
    """The kind by its name; raise Invalid for what can be told without a look inside."""
    name = own_name(name)
    kind = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if not data:
        raise _refusal(N_("“%(name)s”是空文件，没有收下。"), name)
    if len(data) > LARGEST_FILE:
        limit = LARGEST_FILE // (1024 * 1024)
        raise Invalid(N_("文件超过 %(limit)s MB，没有收下。"), {"limit": limit}, field="file")
    if kind is None:
        raise _refusal(NOT_ACCEPTED, name)
    return kind


def own_name(name: str) -> str:
    """A file's name without folders and hidden signs, its ending kept when it is cut."""
    own = name.replace("\\", "/").rpartition("/")[2]
    own = "".join(sign for sign in own if sign.isprintable()).strip(" .")
    stem, dot, ending = own.rpartition(".")
    room = LONGEST_NAME - len(ending) - 1
    return f"{stem[:room]}.{ending[:20]}" if dot else own[:LONGEST_NAME]


def _refusal(sentence: str, name: str) -> Invalid:
    return Invalid(sentence, {"name": name}, field="file")


def _looks_like(kind: str, data: bytes) -> bool:
    if kind in MAIN_PARTS:
        return data.startswith(b"PK\x03\x04")
    found = filetype.guess_mime(data)
    return bool(found == MEDIA_TYPES[kind])


def _check_pdf(name: str, data: bytes) -> None:
    # Something that opens as a page or as an archive too is not simply a PDF.
    is_also_other = _MARKUP.search(data[:HEAD]) or zipfile.is_zipfile(io.BytesIO(data))
    if not data.startswith(b"%PDF-") or is_also_other or b"%%EOF" not in data[-HEAD:]:
        raise _refusal(OTHER_CONTENT, name)
    if _ACTIVE_PDF.search(data):
        raise _refusal(HAS_MACROS, name)


def _check_office(name: str, kind: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_members(name, package.infolist(), len(data))
            if MAIN_PARTS[kind] not in package.namelist() or not _ends_as_archive(package, data):
                raise _refusal(OTHER_CONTENT, name)
            _check_parts(name, package)
            if package.testzip() is not None:
                raise _refusal(DAMAGED, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _refusal(DAMAGED, name) from error
    except RuntimeError as error:  # zipfile's way of saying that a member is encrypted
        raise _refusal(DAMAGED, name) from error


def _check_members(name: str, members: list[zipfile.ZipInfo], size: int) -> None:
    names = [member.filename for member in members]
    if any(member.flag_bits & 0x1 for member in members) or len(set(names)) < len(names):
        raise _refusal(DAMAGED, name)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    # More packed bytes than the file has: members that overlap, as a bomb's do.
    is_bomb = unpacked > SUSPECT_UNPACKED and unpacked > MOST_RATIO * packed
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or packed > size or is_bomb:
        raise _refusal(TOO_BIG_INSIDE, name)
    if any(_RUNS.search("/" + each) for each in names):
        raise _refusal(HAS_MACROS, name)


def _ends_as_archive(package: zipfile.ZipFile, data: bytes) -> bool:
    """Whether nothing stands behind the archive that another program might read."""
    end = data.rfind(b"PK\x05\x06")
    return end >= 0 and end + 22 + len(package.comment) == len(data)


def _check_parts(name: str, package: zipfile.ZipFile) -> None:
    for member in package.infolist():
        is_list = member.filename == "[Content_Types].xml"
        if not is_list and not member.filename.endswith(".rels"):
            continue
        if member.file_size > MOST_XML:
            raise _refusal(TOO_BIG_INSIDE, name)
        content = package.read(member)
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            content = content.replace(b"\0", b"")
        if _ENTITY.search(content):
            raise _refusal(REACHES_OUT, name)
        if is_list and re.search(rb"macroEnabled|vbaProject", content, re.IGNORECASE):
            raise _refusal(HAS_MACROS, name)
        outside = (found[0] for found in _OUTSIDE.finditer(content))
        if any(not _LINK.search(each) and not _ON_DISK.search(each) for each in outside):
            raise _refusal(REACHES_OUT, name)


def _bare(name: str, kind: str, data: bytes) -> bytes:
    """The document without traces of its writer."""
    # Imported for who asks for it: not paid at every start.
    if kind == "pdf":
        from pikepdf import PdfError

        from participation.kernel import pdf_traces

        try:
            return pdf_traces.without_traces(data)
        except pdf_traces.Active as error:
            raise _refusal(HAS_MACROS, name) from error
        except (PdfError, zlib.error, ValueError, RuntimeError) as error:
            raise _refusal(DAMAGED, name) from error
    if kind not in MAIN_PARTS:
        return data
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    from participation.kernel import office_traces

    try:
        return office_traces.without_traces(data)
    except (LxmlError, zipfile.BadZipFile, ValueError) as error:
        raise _refusal(DAMAGED, name) from error


def _drawn_anew(name: str, kind: str, data: bytes) -> bytes:
    """The picture's points alone: turned as it is meant, without metadata or anything appended."""
    # Imported with the first picture: not paid at every start.
    from PIL import Image, ImageOps

    made = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[MEDIA_TYPES[kind][6:].upper()]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise _refusal(N_("“%(name)s”的像素过多，没有收下。请缩小后再上传。"), name)
                picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
                shown = ImageOps.exif_transpose(picture)
                shown.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
                _save(shown, kind, made)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refusal(N_("“%(name)s”的像素过多，没有收下。请缩小后再上传。"), name) from error
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
        raise _refusal(DAMAGED, name) from error
    return made.getvalue()


def _save(picture: Image.Image, kind: str, made: io.BytesIO) -> None:
    if kind == "jpg":
        plain = picture.convert("RGB")
        # Pillow would write the old picture's remark into the new one.
        plain.info = {}
        plain.save(made, "JPEG", quality=88, optimize=True)
        return
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    bare = picture.convert("RGBA" if has_alpha else "RGB")
    bare.info = {}
    bare.save(made, "PNG", optimize=False)
