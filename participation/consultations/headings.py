"""Tells headings from running text: what opens a 编, 章, 节, 条 or annex, what is only cited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from participation.consultations.lines import Line
from participation.consultations.numbering import Heading, read_heading, read_marker

ARTICLE = "条"
RANKS = {"编": 0, "部分": 0, "分编": 1, "章": 2, "节": 3}

# What follows a number that is only cited: 第三条规定的, 第二十九条第三款, 第三条、第四条.
_CITED = re.compile(
    r"第[〇零一二三四五六七八九十百\d]{1,6}[款项目]"
    r"|[、，,；;。）)”》]"
    r"|(?:至|到|和|或者|或|及|以及|与|、) ?第"
    r"|规定|所[列称规指述定]|的|中[的规所]|之[规一]|修改为|改为|增加|删去|删除|作为|调整为|移至"
)
_ANNEX = re.compile(
    r"附(?:件|表|录|图)(?: ?[0-9０-９一二三四五六七八九十]{1,3})?(?=$|[ :：.．、《])|附(?=[:：])"
)
_CONTENTS = re.compile(r"目 ?[录次]$")
_PAGE_NUMBER = re.compile(r"[ .．…·・—_-]*[0-9０-９]{0,4}$")
_LONGEST_HEADING = 50


@dataclass(frozen=True, slots=True)
class Outline:
    """What the lines are, by their place in the list: headings, annex titles, the contents list."""

    headings: dict[int, Heading]
    annexes: dict[int, str]
    contents: frozenset[int]

    @property
    def has_articles(self) -> bool:
        return any(heading.unit == ARTICLE for heading in self.headings.values())

    @property
    def first(self) -> int | None:
        """Place of the first heading of the text proper, None for a draft without any."""
        return min(self.headings, default=None)


def read_outline(lines: Sequence[Line]) -> Outline:
    """Find the headings of a whole draft; looking at one line alone cannot tell."""
    divisions: dict[int, Heading] = {}
    candidates: list[tuple[int, Heading]] = []
    for index, line in enumerate(lines):
        heading = None if line.quoted else read_heading(line.text)
        if heading is None:
            continue
        if heading.unit == ARTICLE:
            candidates.append((index, heading))
        elif _is_division(heading):
            divisions[index] = heading
    articles = _articles(lines, candidates)
    contents = _contents(lines, divisions, articles)
    headings = {
        index: heading
        for index, heading in sorted({**divisions, **articles}.items())
        if index not in contents
    }
    first = min(headings, default=0)
    annexes = {
        index: match[0].rstrip().rstrip(":：")
        for index, line in enumerate(lines)
        if index > first and not line.quoted and (match := _annex(line.text))
    }
    return Outline(headings, annexes if headings else {}, contents)


def _annex(text: str) -> re.Match[str] | None:
    if len(text) > 60 or "。" in text or text.endswith(("；", "，")):
        return None
    return _ANNEX.match(text)


def _is_division(heading: Heading) -> bool:
    """A heading of a 编, 章 or 节 is short and is not a sentence."""
    rest = heading.rest
    if len(rest) > _LONGEST_HEADING or re.search(r"[。；！？]|[：，、,:]$", rest):
        return False
    return not _CITED.match(rest)


def _articles(
    lines: Sequence[Line], candidates: Sequence[tuple[int, Heading]]
) -> dict[int, Heading]:
    """The 条 lines that are headings.

    A label set apart by a space (or alone, or with a caption in brackets) is one unless it stands
    in mid-sentence out of its turn. A label with words run on is one when its number is next in
    turn, or the next candidate follows it, or the whole draft is written so. What is worded like a
    citation is one, unless the draft would miss an article without it (第四条的士…… between 第三条
    and 第五条 in a draft that never sets numbers apart).
    """
    best: dict[tuple[int, ...], int] = {}
    strengths = [_strength(heading) for _, heading in candidates]
    for (_, heading), strength in zip(candidates, strengths, strict=True):
        best[heading.number] = max(strength, best.get(heading.number, 0))
    numbers = Counter(heading.number for _, heading in candidates)
    run_on_throughout = 3 not in strengths
    accepted: dict[int, Heading] = {}
    last: tuple[int, ...] | None = None
    for place, ((index, heading), strength) in enumerate(zip(candidates, strengths, strict=True)):
        in_turn = is_next(last, heading.number)
        following = candidates[place + 1][1] if place + 1 < len(candidates) else None
        leads_on = following is not None and is_next(heading.number, following.number)
        ahead = last is None or heading.number > last
        if strength == 3:
            taken = in_turn or not _in_mid_sentence(lines, index)
        elif strength < best[heading.number]:
            taken = False
        elif strength == 2:
            taken = in_turn or (ahead and (leads_on or run_on_throughout))
        elif strength == 1:
            taken = in_turn
        else:
            is_only_one = numbers[heading.number] == 1
            taken = run_on_throughout and in_turn and leads_on and is_only_one
        if taken:
            accepted[index] = heading
            last = heading.number
    return accepted


def _strength(heading: Heading) -> int:
    """3: set apart. 2: words run on. 1: set apart but worded as a citation. 0: a citation."""
    cited = bool(_CITED.match(heading.rest))
    if heading.spaced:
        return 1 if cited else 3
    return 0 if cited else 2


def _in_mid_sentence(lines: Sequence[Line], index: int) -> bool:
    if index == 0:
        return False
    before = lines[index - 1]
    is_title_like = len(before.text) < 20 or read_heading(before.text) is not None
    return before.text[-1] in "，、" or not (before.is_complete or is_title_like)


def is_next(last: tuple[int, ...] | None, number: tuple[int, ...]) -> bool:
    """Whether `number` follows `last` with nothing missing; inserted ones (120-1) count as such."""
    if last is None:
        return number[0] == 1
    if number[0] == last[0] + 1:
        return len(number) == 1
    inserted = last[1] if len(last) > 1 else 0
    return number == (last[0], inserted + 1)


def _contents(
    lines: Sequence[Line], divisions: dict[int, Heading], articles: dict[int, Heading]
) -> frozenset[int]:
    """Lines of a list of chapters standing before the text that repeats them."""
    titled = next((i for i, line in enumerate(lines) if _CONTENTS.match(line.text)), None)
    start = next((i for i in divisions if titled is None or i > titled), None)
    if titled is not None and (start is None or start > titled + 1):
        return frozenset({titled})
    if start is None:
        return frozenset()
    end = start
    while end < len(lines) and _may_be_listed(lines[end], divisions.get(end)):
        if end > start and _same(lines[end], lines[start]):
            return frozenset(range(start if titled is None else titled, end))
        end += 1
    repeated = any(_same(lines[i], lines[start]) for i in divisions if i >= end)
    if repeated or (titled is not None and end - start > 1):
        return frozenset(range(start if titled is None else titled, end))
    return frozenset() if titled is None else frozenset({titled})


def _may_be_listed(line: Line, division: Heading | None) -> bool:
    if division is not None:
        return True
    bare = _PAGE_NUMBER.sub("", line.text)
    return bare.replace(" ", "") in {"附则", "附件", "附录", "附表"}


def _same(one: Line, other: Line) -> bool:
    """Equal but for spaces and a page number."""
    bare = [_PAGE_NUMBER.sub("", line.text).replace(" ", "") for line in (one, other)]
    return bare[0] == bare[1]


def is_lost_heading(lines: Sequence[Line], index: int, headings: dict[int, Heading]) -> bool:
    """A short line without punctuation right before an article: a heading that lost its number."""
    text = lines[index].text
    if index == 0 or index + 1 not in headings or index in headings or lines[index].quoted:
        return False
    is_wordy = len(text) > 20 or re.search(r"[^\w 、（）()·]", text) or text.endswith("、")
    above = headings.get(index - 1)
    below_title = above is not None and above.unit != ARTICLE and above.rest
    sets_in = lines[index - 1].is_complete or below_title
    return bool(not is_wordy and sets_in and read_marker(text) is None)


def signature_start(lines: Sequence[Line], headings: dict[int, Heading]) -> int:
    """Where the closing lines (office and date) begin; len(lines) when there are none."""
    start = len(lines)
    while start > 0:
        line = lines[start - 1]
        if start - 1 in headings or len(line.text) > 30 or read_marker(line.text) is not None:
            break
        if re.search(r"[。；：，、！？”]", line.text):
            break
        start -= 1
    if start > 0 and not lines[start - 1].is_complete:  # the text itself goes on in these lines
        return len(lines)
    return start
