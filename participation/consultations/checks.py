"""What a person should check in a draft's numbering: gaps, repeats, steps back, mixed brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from participation.consultations.articles import CHINESE_FORMS, Node, walk
from participation.consultations.headings import is_next
from participation.consultations.numbering import format_number
from participation.consultations.parsed import N_, DraftWarning

Number = tuple[int, ...]


class Sequencer:
    """Follows one run of numbers (the 条 of a draft, the 节 of a chapter, one list of items)."""

    def __init__(self, label_of: Callable[[Number], str], where: str = "") -> None:
        self._label_of = label_of
        self._where = where
        self._lines: dict[Number, int] = {}
        self._last: Number | None = None
        self._repeating = False

    @property
    def last(self) -> Number | None:
        return self._last

    def follow(self, number: Number, line: int) -> DraftWarning | None:
        """Take the next number; say what is odd about it.

        A run of articles that repeats earlier ones in order is told once, at its first line.
        """
        last, first_line = self._last, self._lines.get(number)
        in_turn = is_next(last, number)
        was_repeating, self._repeating = self._repeating, first_line is not None
        self._lines.setdefault(number, line)
        self._last = number
        label = self._where + self._label_of(number)
        if first_line is not None:
            if was_repeating and in_turn:
                return None
            message = N_("%(label)s重复出现，第 %(first_line)s 行已经有同样的编号。")
            params = {"label": label, "first_line": str(first_line)}
            return DraftWarning("repeat", line, message, params)
        if in_turn:
            return None
        if last is not None and number < last:
            message = N_("%(label)s排在%(previous)s之后，编号顺序颠倒。")
            previous = self._label_of(last)
            return DraftWarning("backwards", line, message, {"label": label, "previous": previous})
        return self._gap(last, number, line, label)

    def _gap(
        self, last: Number | None, number: Number, line: int, label: str
    ) -> DraftWarning | None:
        missing = self._missing(last, number)
        if not missing:
            return None
        names = self._label_of(missing[0])
        if len(missing) > 1:
            names += ("、" if len(missing) == 2 else "至") + self._label_of(missing[-1])
        params = {"label": label, "missing": names}
        if last is None:
            message = N_("编号从%(label)s开始，前面缺少%(missing)s。")
        else:
            message = N_("%(previous)s之后是%(label)s，中间缺少%(missing)s。")
            params["previous"] = self._label_of(last)
        return DraftWarning("gap", line, message, params)

    def _missing(self, last: Number | None, number: Number) -> list[Number]:
        base = last[0] if last else 0
        if len(number) == 1:
            skipped: list[Number] = [(value,) for value in range(base + 1, number[0])]
        else:
            inserted = last[1] if last and len(last) > 1 and last[0] == number[0] else 0
            skipped = [(value,) for value in range(base + 1, number[0] + 1)]
            skipped += [(number[0], value) for value in range(inserted + 1, number[1])]
        return [value for value in skipped if value not in self._lines]


def check_items(paragraphs: Sequence[Node], where: str) -> list[DraftWarning]:
    """Gaps, repeats and steps back in every list of an article; `where` is its label."""
    found: list[DraftWarning] = []
    for owner in walk(paragraphs):
        runs: dict[str, Sequencer] = {}
        for child in owner.children:
            marker = child.marker
            if marker is None:
                continue
            if marker.form not in runs:
                runs[marker.form] = Sequencer(_name_of(marker.form), where)
            warning = runs[marker.form].follow((child.number,), child.line)
            if warning is not None:
                found.append(warning)
    return found


@dataclass(frozen=True, slots=True)
class ArticlePlace:
    """Where an article stands: the draft itself (empty scope) or an annex, in a chapter or not."""

    scope: str
    label: str
    line: int
    in_chapter: bool


def check_chapters(articles: Sequence[ArticlePlace]) -> list[DraftWarning]:
    """Runs of articles that stand in no chapter although the draft has chapters."""
    chaptered = {article.scope for article in articles if article.in_chapter}
    found: list[DraftWarning] = []
    for (scope, in_chapter), run in groupby(articles, key=lambda one: (one.scope, one.in_chapter)):
        if in_chapter or scope not in chaptered:
            continue
        outside = list(run)
        params = {"first": outside[0].label, "last": outside[-1].label}
        if len(outside) == 1:
            message = N_("%(first)s不在任何一章之内，请核对是否缺少章标题。")
        else:
            message = N_("%(first)s至%(last)s不在任何一章之内，请核对是否缺少章标题。")
        found.append(DraftWarning("outside-chapter", outside[0].line, message, params))
    return found


def _name_of(form: str) -> Callable[[Number], str]:
    """How a number of this form is cited: 第三项, or 第3目 for Arabic ones."""
    if form in CHINESE_FORMS:
        return lambda number: f"第{format_number(number[0])}项"
    return lambda number: f"第{number[0]}目"


def check_brackets(nodes: Sequence[Node]) -> list[DraftWarning]:
    """Labels with one bracket of each width, and lists written otherwise than most of the draft."""
    widths = [(node, node.marker.width) for node in nodes if node.marker and node.marker.width]
    halves = sum(width == "half" for _, width in widths)
    usual = "half" if halves * 4 > len(widths) * 3 else "full"
    found: list[DraftWarning] = []
    before = usual
    for node, width in widths:
        if width == "mixed":
            message = N_("编号%(label)s的左右括号一个是全角、一个是半角，已按全角读入。")
        elif width != usual and before != width:
            message = N_("从编号%(label)s起，括号的全角、半角与其他地方不一致，已按全角读入。")
        else:
            message = ""
        before = width
        if message:
            params = {"label": node.short_label}
            found.append(DraftWarning("mixed-brackets", node.line, message, params))
    return found
