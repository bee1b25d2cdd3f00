"""The words of a .docx in reading order, with a note wherever a person should look again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree  # type: ignore[import-untyped]

from participation.consultations.docx_numbering import Numbering, W
from participation.consultations.docx_package import check_package
from participation.consultations.docx_text import Pieces, StyleVisibility, text_boxes
from participation.consultations.lines import clean
from participation.consultations.parsed import N_, DraftWarning, SourceLine, UnreadableDraft

_OUT_OF_MEMORY = 2  # libxml2's XML_ERR_NO_MEMORY
_WRAPPERS = {f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_LONGEST_EXCERPT = 200


def lines_of_docx(data: bytes) -> list[SourceLine]:
    """The body of a Word document as lines, paragraphs and tables in order.

    A paragraph with line breaks gives several lines. Automatic numbers become text. Tracked
    insertions are in, deletions and hidden text are out. Raises UnreadableDraft for anything that
    is not a sound, ordinary .docx, and MemoryError when it does not fit.
    """
    check_package(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # the library meets broken packages with errors of every kind
        if getattr(error, "code", None) == _OUT_OF_MEMORY:
            raise MemoryError from error
        raise UnreadableDraft("damaged") from error
    body = document.element.find(f"{W}body")
    if body is None:
        raise UnreadableDraft("damaged")
    return _BodyReader(document, body).lines()


def _note(code: str, message: str, **params: str) -> DraftWarning:
    """A warning whose line is filled in when the line is written."""
    return DraftWarning(code, 0, message, params)


class _BodyReader:
    """Goes once through the body and collects lines and notes."""

    def __init__(self, document: Any, body: Any) -> None:
        styles = _root(document, RELATIONSHIP_TYPE.STYLES)
        self._body = body
        self._numbering = Numbering(_root(document, RELATIONSHIP_TYPE.NUMBERING), styles)
        self._visibility = StyleVisibility(styles)
        self._notes_below = {
            "footnote": _texts_by_id(_root(document, RELATIONSHIP_TYPE.FOOTNOTES)),
            "endnote": _texts_by_id(_root(document, RELATIONSHIP_TYPE.ENDNOTES)),
        }
        self._lines: list[SourceLine] = []
        self._carried = ""  # words of a paragraph whose end mark was deleted
        self._told_once: set[str] = set()

    def lines(self) -> list[SourceLine]:
        """Every line of the document, numbered from 1."""
        self._blocks(self._body)
        if self._carried:
            self._write(self._carried, [])
        return self._lines

    def _blocks(self, parent: Any) -> None:
        for element in parent:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag in _WRAPPERS:
                self._blocks(element)
            elif element.tag == f"{W}altChunk":
                message = N_("这里嵌入了另一个文件，没有读入，请把其中的文字粘贴到正文。")
                self._write("", [_note("embedded", message)])

    def _paragraph(self, paragraph: Any) -> None:
        pieces = Pieces(paragraph, self._visibility)
        notes = self._notes(pieces)
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:  # runs on into the next one
            self._carried += pieces.text
            if notes:
                self._write("", notes)
        else:
            number, numbered = self._number(paragraph)
            self._write(number + self._carried + pieces.text, numbered + notes)
            self._carried = ""
        for box in text_boxes(paragraph):
            start = len(self._lines)
            self._blocks(box)
            message = N_("这是文本框里的文字，已放在所在段落之后，请核对它的位置。")
            self._annotate(start, _note("text-box", message))

    def _number(self, paragraph: Any) -> tuple[str, list[DraftWarning]]:
        """The automatic number as text, and the note that goes with it."""
        number = self._numbering.of(paragraph)
        if number is None or number.text == "":
            return "", []
        if number.text is None:
            message = N_("这一段用了 Word 自动编号，但无法算出编号，请改为手工输入的编号。")
            return "", [_note("auto-number-unresolved", message)]
        message = N_("编号“%(number)s”由 Word 自动编号推算得出，请核对。")
        return number.text, [_note("auto-number", message, number=number.text.strip())]

    def _notes(self, pieces: Pieces) -> list[DraftWarning]:
        notes: list[DraftWarning] = []
        if pieces.hidden:
            message = N_("这里有隐藏文字，没有读入：%(text)s")
            notes.append(_note("hidden-text", message, text=_excerpt(pieces.hidden)))
        for kind, note_id in pieces.notes:
            message = N_("这里有脚注或者尾注，没有读入：%(text)s")
            text = _excerpt(self._notes_below[kind].get(note_id, ""))
            notes.append(_note("footnote", message, text=text))
        if pieces.has_picture:
            message = N_("这里有图片，没有读入；图片里的文字请写进正文。")
            notes.append(_note("picture", message))
        if pieces.has_formula:
            notes.append(_note("formula", N_("这里有公式，只读入了其中的字符，请核对。")))
        if pieces.has_revision and self._is_first("tracked-changes"):
            message = N_("文件里有未处理的修订：插入的文字已读入，删除的文字没有读入，请核对。")
            notes.append(_note("tracked-changes", message))
        if pieces.has_comment and self._is_first("comments"):
            notes.append(_note("comments", N_("文件里有批注，没有读入。")))
        return notes

    def _is_first(self, code: str) -> bool:
        first = code not in self._told_once
        self._told_once.add(code)
        return first

    def _table(self, table: Any) -> None:
        """Each row becomes a line; a table of one column is only a frame around paragraphs."""
        start = len(self._lines)
        rows = [list(_inside(row, "tc")) for row in _inside(table, "tr")]
        if all(len(cells) <= 1 for cells in rows):
            for cells in rows:
                for cell in cells:
                    self._blocks(cell)
            message = N_("这些文字原来在表格框里，已按普通段落读入，请核对。")
        else:
            for cells in rows:
                self._row(cells)
            message = N_("这里原来是表格，已按行读入，请核对。")
        self._annotate(start, _note("table", message))

    def _row(self, cells: list[Any]) -> None:
        outer, texts, notes = self._lines, [], []
        for cell in cells:
            self._lines = []
            self._blocks(cell)
            texts.append(" ".join(words for line in self._lines if (words := clean(line.text))))
            notes += [note for line in self._lines for note in line.notes]
        self._lines = outer
        self._write(" | ".join(texts) if any(texts) else "", notes)

    def _write(self, text: str, notes: list[DraftWarning]) -> None:
        """Add the text, one line for each line break; notes go with the first."""
        for piece in text.split("\n"):
            number = len(self._lines) + 1
            own = tuple(replace(note, line=number) for note in notes)
            self._lines.append(SourceLine(number, piece, own))
            notes = []

    def _annotate(self, start: int, note: DraftWarning) -> None:
        """Put `note` on the first line with words from place `start` on, if there is one."""
        for place in range(start, len(self._lines)):
            line = self._lines[place]
            if clean(line.text):
                noted = (*line.notes, replace(note, line=line.number))
                self._lines[place] = replace(line, notes=noted)
                return


def _root(document: Any, relationship: str) -> Any:
    """Root element of a part the document refers to, or None."""
    try:
        part = document.part.part_related_by(relationship)
    except KeyError:
        return None
    element = getattr(part, "element", None)
    if element is None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        try:
            element = etree.fromstring(part.blob, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableDraft("damaged") from error
    return element


def _texts_by_id(notes: Any) -> dict[str, str]:
    if notes is None:
        return {}
    return {
        note.get(f"{W}id", ""): clean("".join(piece.text or "" for piece in note.iter(f"{W}t")))
        for note in notes
    }


def _inside(parent: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those inside content controls and insertions."""
    for element in parent:
        if element.tag == f"{W}{name}":
            yield element
        elif element.tag in _WRAPPERS:
            yield from _inside(element, name)


def _excerpt(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _LONGEST_EXCERPT else f"{text[:_LONGEST_EXCERPT]}……"
