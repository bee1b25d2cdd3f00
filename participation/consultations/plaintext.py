"""Text files and Markdown as source lines: encodings, comments and heading marks."""

from __future__ import annotations

import codecs
import re

from participation.consultations.parsed import SourceLine, UnreadableDraft

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING_MARK = re.compile(r"^\s{0,3}#{1,6}\s+")
_LOOKS_LIKE_MARKDOWN = re.compile(r"^#{1,6}[ \t]+\S|^<!--", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$")
_QUOTE_MARK = re.compile(r"^\s{0,3}>\s?")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_]*\S)\1")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>-])")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode_text(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with a byte-order mark, or GB18030.

    A few broken bytes in UTF-8 become U+FFFD. Raises UnreadableDraft for binary data and for
    encodings that cannot be told.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _decoded(data, "utf-16")
    elif b"\0" in data:
        raise UnreadableDraft("not-a-document")
    else:
        text = _decoded(data, "utf-8-sig")
        if text is None and _is_plausible(chinese := _decoded(data, "gb18030")):
            text = chinese
        if text is None:
            mended = data.decode("utf-8-sig", "replace")
            text = mended if mended.count("\ufffd") * 100 <= len(mended) else None
    if text is None:
        raise UnreadableDraft("undecodable")
    if len(_CONTROL.findall(text)) * 100 > len(text):
        raise UnreadableDraft("not-a-document")
    return text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_plausible(text: str | None) -> bool:
    """Whether decoded GB18030 is Chinese prose: mostly characters of the everyday level.

    GB18030 gives almost any bytes some meaning, but Big5 or damaged UTF-8 comes out as rare ones.
    """
    if text is None:
        return False
    characters = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    common = sum(_is_common(character) for character in characters)
    strange = sum("\ue000" <= character <= "\uf8ff" for character in text)
    return common * 10 >= len(characters) * 7 and strange * 50 <= len(text)


def _is_common(character: str) -> bool:
    """A character of GB 2312 level 1, the 3,755 most used."""
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def lines_of_text(data: bytes, *, markdown: bool) -> list[SourceLine]:
    """The lines of a text file, numbered as an editor shows them; Markdown marks taken off.

    A .txt with Markdown headings is read as Markdown too. Raises UnreadableDraft.
    """
    text = decode_text(data)
    if markdown or _LOOKS_LIKE_MARKDOWN.search(text):
        text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
        return [
            SourceLine(number, _without_marks(line))
            for number, line in enumerate(text.splitlines(), start=1)
        ]
    return [SourceLine(number, line) for number, line in enumerate(text.splitlines(), start=1)]


def _without_marks(line: str) -> str:
    if _RULE.match(line):
        return ""
    line = _HEADING_MARK.sub("", _QUOTE_MARK.sub("", line))
    return _ESCAPED.sub(r"\1", _STRONG.sub(r"\2", line))
