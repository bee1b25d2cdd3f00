"""Tells from its first bytes, not from its name, what kind of file somebody handed in."""

from __future__ import annotations

from participation.consultations.parsed import UnreadableDraft

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"{\\rtf", " RTF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\0", "图片"),
    (b"MM\0*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
)


def format_of(name: str, data: bytes) -> str:
    """``docx``, ``markdown`` or ``text``.

    Raises UnreadableDraft naming what the file really is when it is none of them. Whether a zip
    is a Word document is for `docx_package` to say.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if not data.strip(b"\0\t\n\r \xef\xbb\xbf"):
        raise UnreadableDraft("empty")
    if b"%PDF-" in data[:1024]:
        raise _other(" PDF 文件")
    if data.startswith(_OLE):
        raise _compound_file(extension, data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    for magic, title in _OTHERS:
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64]):
            raise _other(title)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise _other("网页文件")
    if head.startswith(b"<?xml"):
        raise _other(" XML 文件")
    if extension == "docx":
        raise UnreadableDraft("damaged")
    return "markdown" if extension in ("md", "markdown") else "text"


def _compound_file(extension: str, data: bytes) -> UnreadableDraft:
    """An old Office file, or the shell that Office puts around a document with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableDraft("password")
    if "Workbook".encode("utf-16-le") in data:
        return _other("旧版 Excel 表格（.xls）")
    if "PowerPoint Document".encode("utf-16-le") in data:
        return _other("旧版 PowerPoint 演示文稿（.ppt）")
    return _other(" WPS 文字文件（.wps）" if extension == "wps" else "旧版 Word 文件（.doc）")


def _other(title: str) -> UnreadableDraft:
    return UnreadableDraft("other-format", {"format": title})
