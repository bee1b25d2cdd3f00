"""Reads the lines of a draft into a tree of 编, 章, 节, 条, 款, 项, 目; no words are ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from participation.consultations.articles import Node, read_body, split_caption, walk
from participation.consultations.checks import (
    ArticlePlace,
    Sequencer,
    check_brackets,
    check_chapters,
    check_items,
)
from participation.consultations.front import read_front
from participation.consultations.headings import (
    ARTICLE,
    RANKS,
    Outline,
    is_lost_heading,
    is_next,
    read_outline,
    signature_start,
)
from participation.consultations.lines import Joining, Line, cleaned, close_up, join
from participation.consultations.numbering import Heading, heading_label, number_text, read_marker
from participation.consultations.parsed import N_, Draft, DraftWarning, ParsedClause, SourceLine

_KINDS = {"编": "part", "部分": "part", "分编": "part", "章": "chapter", "节": "section"}
_LETTERS = {"编": "b", "部分": "b", "分编": "f", "章": "z", "节": "j", ARTICLE: "t"}


def read_clauses(lines: Sequence[SourceLine]) -> Draft:
    """The draft in `lines`. Never fails: what fits nowhere becomes a ``paragraph`` clause.

    Keys come from the legal numbering (``z3-j1``, ``t120-1``, ``t12-k2-x3-m1``), so an article
    keeps its key when it moves to another chapter. A draft without any heading is read paragraph
    by paragraph (``d1``, ``d2``).
    """
    even, warnings = cleaned(lines)
    outline = read_outline(even)
    front = read_front(even, outline)
    reader = _Reader(even, outline)
    reader.read(front.body)
    warnings += reader.finish()
    warnings.sort(key=lambda warning: warning.line)
    return Draft(front.title, front.preamble, tuple(reader.clauses), tuple(warnings))


@dataclass(frozen=True, slots=True)
class _Place:
    """An open clause that others hang below; the bottom of the stack is the draft itself."""

    key: str
    label: str
    depth: int
    rank: int


_DRAFT = _Place("", "", -1, -2)
_ANNEX_RANK = -1


class _Reader:
    """Walks once over the lines of the text proper."""

    def __init__(self, lines: Sequence[Line], outline: Outline) -> None:
        self.clauses: list[ParsedClause] = []
        self._lines, self._outline = lines, outline
        self._joining = Joining(lines)
        self._warnings: list[DraftWarning] = []
        self._uses: dict[str, int] = {}  # how often each key was asked for
        self._loose: dict[str, int] = {}  # paragraphs so far below each place
        self._places = [_DRAFT]
        self._interrupted = [_DRAFT]  # what was open when an annex began
        self._sequences: dict[str, Sequencer] = {}
        self._annexes = 0
        self._items: list[Node] = []
        self._articles: list[ArticlePlace] = []
        self._before: Line | None = None  # the line above, when it was a loose paragraph
        headings = outline.headings
        articles = [heading for heading in headings.values() if heading.unit == ARTICLE]
        captions = sum(bool(split_caption(heading.rest)[0]) for heading in articles)
        self._captioned = captions * 2 > len(articles)
        self._tail = signature_start(lines, headings) if articles else len(lines)

    def read(self, body: Sequence[int]) -> None:
        """Read the lines at the places `body`, in order."""
        position = 0
        while position < len(body):
            index = body[position]
            line, heading = self._lines[index], self._outline.headings.get(index)
            position += 1
            if heading is not None and heading.unit == ARTICLE:
                end = self._article_end(body, position)
                self._article(heading, line, [self._lines[i] for i in body[position:end]])
                position = end
            elif heading is not None:
                position += self._division(heading, line, body[position : position + 1])
            elif index in self._outline.annexes:
                self._annex(self._outline.annexes[index], line)
            elif is_lost_heading(self._lines, index, self._outline.headings):
                self._lost_heading(line)
            else:
                self._loose_paragraph(line, is_signature=index >= self._tail)

    def finish(self) -> list[DraftWarning]:
        """All warnings, once every line is read."""
        self._warnings += check_brackets(self._items)
        if not self._outline.has_articles and self.clauses:
            message = N_("没有找到“第几条”这样的条文，已按自然段读入，可以逐段征求意见。")
            self._warnings.append(DraftWarning("no-articles", self.clauses[0].line, message))
        self._warnings += check_chapters(self._articles)
        return self._warnings

    # -- what a line can be -------------------------------------------------------------------

    def _article_end(self, body: Sequence[int], start: int) -> int:
        """The place after the last line of the article whose lines begin at `start`."""
        headings, annexes = self._outline.headings, self._outline.annexes
        for position in range(start, len(body)):
            index = body[position]
            if index in headings or index in annexes or index >= self._tail:
                return position
            if is_lost_heading(self._lines, index, headings):
                return position
        return len(body)

    def _article(self, heading: Heading, line: Line, below: Sequence[Line]) -> None:
        self._leave_passing_annex(heading)
        scope = self._scope()
        label = scope.label + heading.label
        self._note(self._sequencer(scope, ARTICLE).follow(heading.number, line.number))
        opening = Line(line.number, heading.rest)
        body = read_body(opening, below, self._joining, captioned=self._captioned)
        single = body.paragraphs[0] if len(body.paragraphs) == 1 else None
        text = join(body.caption, single.text) if single else body.caption
        key = self._key(scope, f"t{number_text(heading.number)}")
        names = (number_text(heading.number), label, heading.label)
        parent = self._places[-1]
        self._articles.append(
            ArticlePlace(scope.key, heading.label, line.number, parent.rank >= RANKS["章"])
        )
        place = self._add("article", names, text, key, parent, line.number)
        self._add_nodes(single.children if single else body.paragraphs, place)
        self._items += walk(body.paragraphs)
        self._warnings += check_items(body.paragraphs, label)
        if not body.paragraphs:
            message = N_("%(label)s只有编号，没有内容。")
            self._note(DraftWarning("empty-article", line.number, message, {"label": label}))

    def _division(self, heading: Heading, line: Line, after: Sequence[int]) -> int:
        """Open a 编, 章 or 节; how many lines below were taken as its title (0 or 1)."""
        rank = RANKS[heading.unit]
        self._close(rank)
        parent = self._places[-1]
        run = parent if heading.unit == "节" else self._scope()
        if heading.unit == "章" and heading.number == (1,) and parent.rank >= 0:
            self._sequences.pop(f"{run.key}/章", None)  # chapters that begin anew in each part
        self._note(self._sequencer(run, heading.unit).follow(heading.number, line.number))
        taken = [i for i in after if not heading.rest and self._is_title_below(i)]
        title = close_up(heading.rest or "".join(self._lines[i].text for i in taken))
        part = f"{_LETTERS[heading.unit]}{number_text(heading.number)}"
        names = (number_text(heading.number), parent.label + heading.label, heading.label)
        kind = _KINDS[heading.unit]
        place = self._add(kind, names, title, self._key(parent, part), parent, line.number)
        self._places.append(replace(place, rank=rank))
        return len(taken)

    def _is_title_below(self, index: int) -> bool:
        line = self._lines[index]
        if index in self._outline.headings or index in self._outline.annexes or line.quoted:
            return False
        return len(line.text) <= 20 and not line.is_complete and read_marker(line.text) is None

    def _leave_passing_annex(self, heading: Heading) -> None:
        """Go back to the draft when an annex line merely stood between two articles that run on."""
        annex = self._scope()
        if annex is _DRAFT:
            return
        resumes = is_next(self._sequencer(_DRAFT, ARTICLE).last, heading.number)
        if resumes and not is_next(self._sequencer(annex, ARTICLE).last, heading.number):
            self._places = self._interrupted

    def _annex(self, name: str, line: Line) -> None:
        if self._scope() is _DRAFT:
            self._interrupted = list(self._places)
        self._close(_ANNEX_RANK)
        self._annexes += 1
        key = self._key(_DRAFT, f"f{self._annexes}")
        names = (str(self._annexes), name, "")
        place = self._add("paragraph", names, line.text, key, _DRAFT, line.number)
        self._places.append(replace(place, rank=_ANNEX_RANK))

    def _lost_heading(self, line: Line) -> None:
        """A title without its number: of a section right below a chapter, else of a chapter."""
        if self.clauses and self.clauses[-1].key == self._places[-1].key:
            message = N_("“%(text)s”像是缺少编号的节标题，请核对。")
        else:
            self._close(RANKS["章"])
            message = N_("“%(text)s”像是缺少编号的章标题，后面的条文没有归入上一章，请核对。")
        self._note(DraftWarning("unnumbered-heading", line.number, message, {"text": line.text}))
        place = self._places[-1]
        number = self._next_loose(place)
        names = (str(number), f"{place.label}“{line.text}”", "")
        key = self._key(place, f"d{number}")
        self._add("paragraph", names, line.text, key, place, line.number)

    def _loose_paragraph(self, line: Line, *, is_signature: bool) -> None:
        """Words that belong to no article: a clause of their own, below whatever is open."""
        if self._before is not None and self._joining.carries_on(self._before, line):
            last = self.clauses[-1]
            self.clauses[-1] = replace(last, text=join(last.text, line.text))
        else:
            if is_signature:
                self._close(_ANNEX_RANK + 1)
            place = self._places[-1]
            number = self._next_loose(place)
            names = (str(number), f"{place.label}第{number}段", f"第{number}段")
            key = self._key(place, f"d{number}")
            self._add("paragraph", names, line.text, key, place, line.number)
        self._before = line

    def _next_loose(self, place: _Place) -> int:
        number = self._loose[place.key] = self._loose.get(place.key, 0) + 1
        return number

    # -- bookkeeping --------------------------------------------------------------------------

    def _scope(self) -> _Place:
        """Where articles are numbered: the draft, or the annex that is open."""
        return next((place for place in self._places if place.rank == _ANNEX_RANK), _DRAFT)

    def _close(self, rank: int) -> None:
        """Leave every open place of `rank` or deeper."""
        while self._places[-1].rank >= rank:
            self._places.pop()

    def _sequencer(self, place: _Place, unit: str) -> Sequencer:
        name = f"{place.key}/{unit}"
        if name not in self._sequences:
            self._sequences[name] = Sequencer(partial(heading_label, unit), place.label)
        return self._sequences[name]

    def _key(self, place: _Place, part: str) -> str:
        key = f"{place.key}-{part}" if place.key else part
        uses = self._uses[key] = self._uses.get(key, 0) + 1
        return key if uses == 1 else f"{key}~{uses}"

    def _add(
        self,
        kind: str,
        names: tuple[str, str, str],
        text: str,
        key: str,
        parent: _Place,
        line: int,
    ) -> _Place:
        number, label, short = names
        depth = parent.depth + 1
        self._before = None
        self.clauses.append(
            ParsedClause(key, kind, number, label, short, text, parent.key or None, depth, line)
        )
        return _Place(key, label, depth, 0)

    def _add_nodes(self, nodes: Sequence[Node], parent: _Place) -> None:
        for node in nodes:
            names = (str(node.number), parent.label + node.citation, node.short_label)
            key = self._key(parent, node.key_part)
            place = self._add(node.kind, names, node.text, key, parent, node.line)
            self._add_nodes(node.children, place)

    def _note(self, warning: DraftWarning | None) -> None:
        if warning is not None:
            self._warnings.append(warning)
