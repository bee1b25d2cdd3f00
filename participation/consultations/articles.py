"""The inside of one article: its 款, and the items and subitems that hang below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from participation.consultations.lines import Joining, Line, join
from participation.consultations.numbering import Marker, format_number, read_marker

# Deeper forms hang below shallower ones: 一、 > （一） > 1. > （1） > ①.
_FORM_RANKS = {"outline": 0, "bracketed": 1, "dotted": 2, "parenthesised": 3, "circled": 4}
CHINESE_FORMS = ("outline", "bracketed")

_BRACKETED_CAPTION = re.compile(r"[（(【\[〔]([^）)】\]〕]{1,30})[）)】\]〕]")


@dataclass(slots=True)
class Node:
    """A 款, an item or a subitem in the making."""

    kind: str
    number: int
    text: str
    line: int
    marker: Marker | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def key_part(self) -> str:
        letter = {"paragraph": "k", "item": "x"}.get(self.kind, "m")
        return f"{letter}{self.number}"

    @property
    def citation(self) -> str:
        """第二款, 第三项, 第1目."""
        if self.kind == "paragraph":
            return f"第{format_number(self.number)}款"
        if self.kind == "item":
            return f"第{format_number(self.number)}项"
        return f"第{self.number}目"

    @property
    def short_label(self) -> str:
        return self.marker.label if self.marker else self.citation


@dataclass(frozen=True, slots=True)
class Body:
    """An article's caption (（目的和依据）, mostly empty) and its 款."""

    caption: str
    paragraphs: Sequence[Node]


def split_caption(rest: str) -> tuple[str, str]:
    """（目的和依据）为了…… as caption and text; an empty caption when there is none."""
    match = _BRACKETED_CAPTION.match(rest)
    return (match[0], rest[match.end() :].strip()) if match else ("", rest)


def read_body(opening: Line, lines: Sequence[Line], joining: Joining, *, captioned: bool) -> Body:
    """The 款 of an article from the words beside its number (`opening`) and the lines below it.

    A plain line opens a new 款, also after items, with three exceptions: it carries on a broken
    sentence; it stands inside a quotation; or the list goes on after it with the next number
    (（二） after （一）), so it can only belong to the item above it.
    """
    caption, rest = split_caption(opening.text) if captioned else ("", opening.text)
    builder = _BodyBuilder(joining)
    if rest:
        builder.add(Line(opening.number, rest), None, goes_on=False)
    markers = [None if line.quoted else read_marker(line.text) for line in lines]
    upcoming = _upcoming(markers)
    for line, marker, following in zip(lines, markers, upcoming, strict=True):
        builder.add(line, marker, goes_on=builder.is_continued_by(following))
    return Body(caption, builder.paragraphs)


def _upcoming(markers: Sequence[Marker | None]) -> list[Marker | None]:
    """For each line the next marker below it."""
    following: Marker | None = None
    result: list[Marker | None] = []
    for marker in reversed(markers):
        result.append(following)
        following = marker or following
    return result[::-1]


class _BodyBuilder:
    def __init__(self, joining: Joining) -> None:
        self.paragraphs: list[Node] = []
        self._open: list[Node] = []  # items open below the last 款, outermost first
        self._joining = joining
        self._before: Line | None = None

    def is_continued_by(self, marker: Marker | None) -> bool:
        return marker is not None and any(
            node.marker is not None
            and node.marker.form == marker.form
            and marker.number == node.number + 1
            for node in self._open
        )

    def add(self, line: Line, marker: Marker | None, *, goes_on: bool) -> None:
        if marker is not None and self._is_item(marker):
            self._add_item(line, marker)
        elif self._before is not None and self._joining.carries_on(self._before, line):
            last = self._last()
            last.text = join(last.text, line.text)
        elif self._before is not None and (line.quoted or (goes_on and self._open)):
            last = self._last()
            last.text = f"{last.text}\n{line.text}" if last.text else line.text
        else:
            self._add_paragraph(line.text, line.number)
        self._before = line

    def _is_item(self, marker: Marker) -> bool:
        """一、 is an item only as a list: after a colon, or as the next of an open list."""
        if marker.form != "outline":
            return True
        introduced = self._before is not None and self._before.text[-1] in "：:"
        return (marker.number == 1 and introduced) or self.is_continued_by(marker)

    def _last(self) -> Node:
        return self._open[-1] if self._open else self.paragraphs[-1]

    def _add_paragraph(self, text: str, number: int) -> None:
        self.paragraphs.append(Node("paragraph", len(self.paragraphs) + 1, text, number))
        self._open.clear()

    def _add_item(self, line: Line, marker: Marker) -> None:
        if not self.paragraphs:
            self._add_paragraph("", line.number)
        rank = _FORM_RANKS[marker.form]
        while self._open and _FORM_RANKS[self._open[-1].marker.form] >= rank:  # type: ignore[union-attr]
            self._open.pop()
        parent = self._last()
        is_item = marker.form in CHINESE_FORMS and parent.kind == "paragraph"
        kind = "item" if is_item else "subitem"
        node = Node(kind, marker.number, marker.rest, line.number, marker)
        parent.children.append(node)
        self._open.append(node)


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Every node in document order."""
    for node in nodes:
        yield node
        yield from walk(node.children)
