"""The plain values the document reader gives: a draft, its clauses and warnings, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


def N_(message: str) -> str:
    """Mark a Chinese sentence for the catalogue and return it unchanged.

    A twin of ``kernel.verdict.N_``: the reader runs in a bare child process and imports
    nothing of the application.
    """
    return message


@dataclass(frozen=True, slots=True)
class DraftWarning:
    """Something a person should check at one line; the draft is still usable.

    ``message`` is a Chinese msgid with ``%(name)s`` placeholders filled from ``params``.
    """

    code: str
    line: int
    message: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def sentence(self) -> str:
        """The message in Chinese with its values filled in."""
        return self.message % self.params


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a source file: its 1-based number, its text, what was noticed in reading it."""

    number: int
    text: str
    notes: tuple[DraftWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedClause:
    """One clause of a draft, in document order.

    ``kind`` is ``part|chapter|section|article|paragraph|item|subitem``; ``label`` can be cited
    alone (第十二条第一款第三项), ``short_label`` stands before the text (（三）) and may be empty;
    ``text`` holds own words only and may contain line breaks; ``depth`` of a top clause is 0.
    """

    key: str
    kind: str
    number: str
    label: str
    short_label: str
    text: str
    parent_key: str | None
    depth: int
    line: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read: title, the lines before the text proper, the clauses, what to check."""

    title: str
    preamble: tuple[str, ...]
    clauses: tuple[ParsedClause, ...]
    warnings: tuple[DraftWarning, ...]

    def as_dict(self) -> dict[str, Any]:
        """The draft as JSON-ready values; `draft_from_dict` is the way back."""
        return asdict(self)


def draft_from_dict(values: Mapping[str, Any]) -> Draft:
    """The draft written by `Draft.as_dict`. Raises KeyError or TypeError for another shape."""
    return Draft(
        title=str(values["title"]),
        preamble=tuple(str(line) for line in values["preamble"]),
        clauses=tuple(ParsedClause(**clause) for clause in values["clauses"]),
        warnings=tuple(DraftWarning(**warning) for warning in values["warnings"]),
    )


UNREADABLE: Mapping[str, str] = {
    "empty": N_("这个文件是空的，没有可读的文字。"),
    "too-large": N_("文件超过 %(limit)s MB，请压缩图片或者拆分后再上传。"),
    "too-many-characters": N_("文件超过 %(limit)s 个字，请拆分后再上传。"),
    "too-many-lines": N_("文件超过 %(limit)s 行，请拆分后再上传。"),
    "not-a-document": N_("这不是可以读取的文档。请上传 .docx、.txt 或者 .md 文件。"),
    "other-format": N_("这个文件其实是%(format)s。请另存为 .docx、.txt 或者 .md 后再上传。"),
    "password": N_("这个文件设有密码，无法读取。请取消密码后再上传。"),
    "zip-bomb": N_("这个文件解压后异常庞大，已经拒绝读取。请用 Word 或者 WPS 重新保存后再上传。"),
    "external-entity": N_(
        "这个文件里含有不允许的外部引用，已经拒绝读取。请用 Word 或者 WPS 重新保存后再上传。"
    ),
    "damaged": N_("这个文件已经损坏，无法打开。请用 Word 或者 WPS 重新保存后再上传。"),
    "strict-docx": N_("这个文件按“严格”格式保存，无法读取。请另存为普通的 .docx 后再上传。"),
    "undecodable": N_("无法辨认这个文件的文字编码。请另存为 UTF-8 或者 GB18030 编码后再上传。"),
    "took-too-long": N_("读取这个文件用时过长，已经停止。请简化排版或者拆分后再上传。"),
    "too-much-memory": N_("读取这个文件占用内存过多，已经停止。请简化排版或者拆分后再上传。"),
    "reader-failed": N_("读取这个文件时出错，文件没有被采用。请另存为 .txt 后再试。"),
}


class UnreadableDraft(Exception):
    """A file that is not taken; ``message_zh`` is the msgid of a clear sentence for the person."""

    def __init__(self, code: str, params: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.params = dict(params or {})
        self.message_zh = UNREADABLE[code]
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The message in Chinese with its values filled in."""
        return self.message_zh % self.params
