"""Refuses a hostile or wrong .docx before any of it is parsed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from participation.consultations.parsed import UnreadableDraft

MAX_MEMBERS = 2_000
MAX_UNPACKED = 128 * 1024 * 1024  # bytes, all members together
MAX_XML = 48 * 1024 * 1024  # bytes, one XML member
MAX_RATIO = 200  # unpacked to packed; Word's own XML stays below 40
_RATIO_MATTERS_FROM = 1024 * 1024  # bytes; small members may pack to almost nothing

_MAIN = "word/document.xml"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_STRICT = b"http://purl.oclc.org/ooxml/"


def check_package(data: bytes) -> None:
    """Raise UnreadableDraft unless `data` is a zip of sane size holding a Word document.

    Sizes come from the zip directory; a directory that lies is caught while unpacking, because
    no more than the declared size is ever unpacked and the checksum then fails.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_directory(package.infolist(), len(data))
            names = set(package.namelist())
            if _MAIN not in names:
                raise UnreadableDraft(*_what_it_is(names))
            _check_declarations(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableDraft("damaged") from error


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MAX_MEMBERS:
        raise UnreadableDraft("zip-bomb")
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableDraft("password")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED or packed > size:  # more packed bytes than the file: overlapping
        raise UnreadableDraft("zip-bomb")
    for member in members:
        large = member.file_size >= _RATIO_MATTERS_FROM
        is_xml = member.filename.endswith((".xml", ".rels"))
        if large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise UnreadableDraft("zip-bomb")
        if is_xml and member.file_size > MAX_XML:
            raise UnreadableDraft("zip-bomb")


def _what_it_is(names: set[str]) -> tuple[str, dict[str, str]]:
    """Refusal code and values for a zip that is no Word document."""
    known = {
        "xl/workbook.xml": " Excel 表格",
        "ppt/presentation.xml": " PowerPoint 演示文稿",
        "OFD.xml": " OFD 版式文件",
        "META-INF/manifest.xml": " OpenDocument 文件",
    }
    for name, title in known.items():
        if name in names:
            return "other-format", {"format": title}
    return "other-format", {"format": "压缩包"}


def _check_declarations(package: zipfile.ZipFile) -> None:
    """Word never declares a document type; whoever does wants entities expanded."""
    for member in package.infolist():
        if not member.filename.endswith((".xml", ".rels")):
            continue
        content = package.read(member)
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            content = content.replace(b"\0", b"")
        if _DECLARATION.search(content):
            raise UnreadableDraft("external-entity")
        if member.filename == "_rels/.rels" and _STRICT in content:
            raise UnreadableDraft("strict-docx")
