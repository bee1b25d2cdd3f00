"""Splits a draft into title, the lines before the text proper, and the text proper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from participation.consultations.headings import Outline
from participation.consultations.lines import Line
from participation.consultations.numbering import read_marker

_DATE = re.compile(r"[(（]?[\d〇○零一二三四五六七八九]{4} ?年[\d一二三四五六七八九十 ]{1,5}月")
_PROMULGATED = re.compile(r"通过|批准|公布|修正|修订|施行|印发|发布|令第")
_BRACKETED = re.compile(r"[(（][^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*[)）]$")
_VERSION = re.compile(r"[(（][^()（）]*(?:稿|草案|修订|修正|试行|暂行|送审)[^()（）]*[)）]$")
_ATTACHMENT = re.compile(r"附件 ?[0-9０-９一二三四五六七八九十]{0,3} ?[:：]?$")
_LONGEST_TITLE = 80
_LONGEST_NOTE = 40


@dataclass(frozen=True, slots=True)
class Front:
    """Title, front lines, and the places of the lines that are the text proper."""

    title: str
    preamble: tuple[str, ...]
    body: tuple[int, ...]


def read_front(lines: Sequence[Line], outline: Outline) -> Front:
    """Title and front lines of a draft.

    Adoption lines, notes in brackets, the contents list and other short lines are front matter;
    a whole sentence before the first heading is text people may comment on.
    """
    first = len(lines) if outline.first is None else outline.first
    head = [index for index in range(first) if index not in outline.contents]
    has_headings = outline.first is not None
    title_places = _title_places(lines, head, len(lines), has_headings=has_headings)
    front: set[int] = set(outline.contents)
    for index in head:
        if index in title_places:
            continue
        line = lines[index]
        if has_headings:
            if _is_note(line.text):
                front.add(index)
        elif _is_formal(line.text):
            front.add(index)
        elif not title_places or index > max(title_places):
            break  # the text of a draft without headings begins here
    body = tuple(i for i in range(len(lines)) if i not in front and i not in title_places)
    title = "".join(lines[index].text for index in title_places)
    return Front(title, tuple(lines[index].text for index in sorted(front)), body)


def _title_places(
    lines: Sequence[Line], head: Sequence[int], total: int, *, has_headings: bool
) -> list[int]:
    """Where the title stands: mostly one line, more when broken or with its version below."""
    for position, index in enumerate(head):
        text = lines[index].text
        if _is_formal(text):
            continue
        is_sentence = text.endswith(tuple("。；：:;，")) or read_marker(text) is not None
        if is_sentence or len(text) > _LONGEST_TITLE or (total == 1 and not has_headings):
            return []
        places = [index]
        for following in head[position + 1 : position + 3]:
            title = "".join(lines[place].text for place in places)
            if not _title_goes_on(title, lines[following].text):
                break
            places.append(following)
        return places
    return []


def _title_goes_on(title: str, text: str) -> bool:
    if _VERSION.match(text):
        return True
    is_broken = title.count("《") > title.count("》") or title.endswith(("关于", "的", "和", "、"))
    return is_broken and len(text) <= _LONGEST_NOTE and not text.endswith(("。", "：", "；"))


def _is_formal(text: str) -> bool:
    """A date of adoption, a note in brackets, or a bare 附件1 above the title."""
    dated = _DATE.match(text) and (_PROMULGATED.search(text) or len(text) <= 16)
    return bool(dated or _ATTACHMENT.match(text) or _BRACKETED.match(text))


def _is_note(text: str) -> bool:
    if _is_formal(text):
        return True
    return len(text) <= _LONGEST_NOTE and not text.endswith(("。", "；", "：", ":", "，"))
