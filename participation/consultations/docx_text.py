"""The words inside one Word paragraph, and what in it is not words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from participation.consultations.docx_numbering import W

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

_WRITTEN = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_REMOVED = {f"{W}del", f"{W}moveFrom"}
_INSERTED = {f"{W}ins", f"{W}moveTo"}
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_DRAWN = {f"{W}drawing", f"{W}pict", f"{W}object"}


class StyleVisibility:
    """Which styles hide their text, looked up by style id."""

    def __init__(self, styles: Any) -> None:
        found = styles.iterfind(f"{W}style") if styles is not None else ()
        self._styles = {style.get(f"{W}styleId"): style for style in found}

    def hides(self, properties: Any, reference: str) -> bool:
        """Whether run or paragraph `properties` hide text, themselves or by the style they name."""
        if properties is None:
            return False
        own = _is_on(properties.find(f"{W}vanish"))
        if own is not None:
            return own
        named = properties.find(f"{W}{reference}")
        style_id = None if named is None else named.get(f"{W}val")
        for _ in range(20):
            style = self._styles.get(style_id)
            if style is None:
                return False
            hidden = _is_on(style.find(f"{W}rPr/{W}vanish"))
            if hidden is not None:
                return hidden
            based_on = style.find(f"{W}basedOn")
            style_id = None if based_on is None else based_on.get(f"{W}val")
        return False


def _is_on(element: Any) -> bool | None:
    return None if element is None else element.get(f"{W}val", "1") not in ("0", "false", "off")


class Pieces:
    """The text of a paragraph (tabs and line breaks kept) and what else was met in it."""

    def __init__(self, paragraph: Any, visibility: StyleVisibility) -> None:
        self.hidden = ""
        self.notes: list[tuple[str, str]] = []  # footnote or endnote, its id
        self.has_picture = self.has_formula = self.has_revision = self.has_comment = False
        self._visibility = visibility
        self._hides_all = visibility.hides(paragraph.find(f"{W}pPr"), "pStyle")
        self.text = "".join(self._inline(paragraph))

    def _inline(self, parent: Any) -> Iterator[str]:
        for element in parent:
            tag = element.tag
            if tag == f"{W}r":
                yield from self._run(element)
            elif tag in _REMOVED:
                self.has_revision = True
            elif tag == f"{_MATH}oMath" or tag == f"{_MATH}oMathPara":
                self.has_formula = True
                yield "".join(piece.text or "" for piece in element.iter(f"{_MATH}t"))
            elif tag == f"{_MC}AlternateContent":
                yield from self._drawn(element)
            elif isinstance(tag, str) and tag != f"{W}pPr":
                self.has_revision |= tag in _INSERTED
                yield from self._inline(element)

    def _run(self, run: Any) -> Iterator[str]:
        text = "".join(self._run_pieces(run))
        properties = run.find(f"{W}rPr")
        own = None if properties is None else _is_on(properties.find(f"{W}vanish"))
        hides = self._visibility.hides(properties, "rStyle")
        if hides or (self._hides_all and own is None):
            self.hidden += text.strip()
        else:
            yield text

    def _run_pieces(self, run: Any) -> Iterator[str]:
        for element in run:
            tag = element.tag
            name = tag.removeprefix(W) if isinstance(tag, str) else ""
            if tag == f"{W}t":
                yield element.text or ""
            elif name in _WRITTEN:
                yield _WRITTEN[name]
            elif name == "sym":
                yield _symbol(element)
            elif name == "ruby":
                yield from (self._base(element))
            elif tag in _NOTES:
                self.notes.append((_NOTES[tag], element.get(f"{W}id", "")))
            elif name == "commentReference":
                self.has_comment = True
            elif tag in _DRAWN or tag == f"{_MC}AlternateContent":
                yield from self._drawn(element)

    def _base(self, ruby: Any) -> Iterator[str]:
        """The words that a pronunciation guide stands above, without the guide."""
        for base in ruby.iterfind(f"{W}rubyBase"):
            yield from self._inline(base)

    def _drawn(self, element: Any) -> Iterator[str]:
        """A drawing gives no words here: text boxes are read after their paragraph."""
        if next(element.iter(f"{W}txbxContent"), None) is None:
            self.has_picture = True
        return iter(())


def _symbol(element: Any) -> str:
    """A character of a symbol font; the private ones stay private and are reported later."""
    code = element.get(f"{W}char", "")
    if not re.fullmatch("[0-9A-Fa-f]{4}", code) or (code[0] in "dD" and code[1] not in "01234567"):
        return "\ufffd"  # no character at all, or half of one
    return chr(int(code, 16))


def text_boxes(paragraph: Any) -> list[Any]:
    """The outermost text boxes anchored in a paragraph, each once.

    Word stores a box twice, for new and for old programs; the copy for old ones is left out.
    """
    boxes = []
    for box in paragraph.iter(f"{W}txbxContent"):
        above = list(box.iterancestors())
        inside = above[: above.index(paragraph)]
        if any(one.tag in (f"{W}txbxContent", f"{_MC}Fallback", *_REMOVED) for one in inside):
            continue
        boxes.append(box)
    return boxes
