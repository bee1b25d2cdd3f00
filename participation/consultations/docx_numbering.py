"""Word's automatic numbering turned back into the text a reader sees: 第一条, （一）, 1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from participation.consultations.docx_numerals import write_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{W}val"
_LEVELS = range(9)


@dataclass(frozen=True, slots=True)
class AutoNumber:
    """The number Word shows before a paragraph; `text` is None where it could not be worked out."""

    text: str | None


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    pattern: str
    suffix: str
    restarts_after: int  # index of the level whose step restarts this one; -1 never
    is_legal: bool
    style: str | None


@dataclass(slots=True)
class _List:
    """An abstract numbering with its running counters; every w:num on it shares them."""

    levels: dict[int, _Level]
    counters: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Use:
    """A w:num: the list it counts in, levels it replaces, levels it starts anew."""

    abstract: str
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


class Numbering:
    """The numbering of one document; ask for its paragraphs in document order.

    `numbering` and `styles` are the root elements of numbering.xml and styles.xml, or None.
    """

    def __init__(self, numbering: Any, styles: Any) -> None:
        self._styles = {
            style.get(f"{W}styleId"): style
            for style in (styles.iterfind(f"{W}style") if styles is not None else ())
        }
        self._default_style = next(filter(self._is_default, self._styles), None)
        self._lists: dict[str, _List] = {}
        self._uses: dict[str, _Use] = {}
        self._started: set[tuple[str, int]] = set()
        if numbering is not None:
            self._read(numbering)

    def _is_default(self, style_id: str) -> bool:
        style = self._styles[style_id]
        return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true")

    def of(self, paragraph: Any) -> AutoNumber | None:
        """Count `paragraph` and give its number; None when it carries none."""
        number_id, level = self._properties(paragraph)
        if number_id in (None, "0"):
            return None
        use = self._uses.get(number_id or "")
        running = self._lists.get(use.abstract) if use else None
        if use is None or running is None:
            return AutoNumber(None)
        levels = {**running.levels, **use.levels}
        if level not in levels:
            return AutoNumber(None)
        self._count(number_id or "", use, running, levels, level)
        return self._shown(levels, running.counters, level)

    # -- where a paragraph says that it is numbered -------------------------------------------

    def _properties(self, paragraph: Any) -> tuple[str | None, int]:
        own = paragraph.find(f"{W}pPr/{W}numPr")
        chain = self._style_chain(paragraph)
        number_id, level = _numbering_of(own)
        from_style: str | None = None
        for style_id, style in chain:
            if number_id is not None and level is not None:
                break
            inherited_id, inherited_level = _numbering_of(style.find(f"{W}pPr/{W}numPr"))
            if number_id is None and inherited_id is not None:
                number_id, from_style = inherited_id, style_id
            if level is None and inherited_level is not None:
                level = inherited_level
        if from_style is not None and number_id in self._uses:
            level = self._level_of_style(number_id, chain, level)
        return number_id, level or 0

    def _style_chain(self, paragraph: Any) -> list[tuple[str, Any]]:
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        style_id = named.get(_VALUE) if named is not None else self._default_style
        chain: list[tuple[str, Any]] = []
        while style_id is not None and style_id in self._styles and len(chain) < 20:
            style = self._styles[style_id]
            chain.append((style_id, style))
            based_on = style.find(f"{W}basedOn")
            style_id = based_on.get(_VALUE) if based_on is not None else None
        return chain

    def _level_of_style(
        self, number_id: str, chain: list[tuple[str, Any]], level: int | None
    ) -> int | None:
        """A level may name the style it belongs to; that wins over the style's own ilvl."""
        use = self._uses[number_id]
        running = self._lists.get(use.abstract)
        if running is None:
            return level
        names = {style_id for style_id, _ in chain[:1]}
        return next((i for i, one in running.levels.items() if one.style in names), level)

    # -- reading numbering.xml ----------------------------------------------------------------

    def _read(self, numbering: Any) -> None:
        linked: dict[str, str] = {}  # abstract id -> the numbering style that defines it
        defines: dict[str, str] = {}  # numbering style -> abstract id
        for abstract in numbering.iterfind(f"{W}abstractNum"):
            abstract_id = abstract.get(f"{W}abstractNumId")
            levels = {_level_index(one): _read_level(one) for one in abstract.iterfind(f"{W}lvl")}
            self._lists[abstract_id] = _List(levels)
            if (link := abstract.find(f"{W}numStyleLink")) is not None:
                linked[abstract_id] = link.get(_VALUE)
            if (link := abstract.find(f"{W}styleLink")) is not None:
                defines[link.get(_VALUE)] = abstract_id
        for abstract_id, style in linked.items():
            if style in defines:
                self._lists[abstract_id] = self._lists[defines[style]]
        for one in numbering.iterfind(f"{W}num"):
            if (reference := one.find(f"{W}abstractNumId")) is not None:
                self._uses[one.get(f"{W}numId")] = _read_use(one, reference.get(_VALUE))

    # -- counting -----------------------------------------------------------------------------

    def _count(
        self, number_id: str, use: _Use, running: _List, levels: Mapping[int, _Level], level: int
    ) -> None:
        counters = running.counters
        if level in use.starts and (number_id, level) not in self._started:
            self._started.add((number_id, level))
            counters[level] = use.starts[level]
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = levels[level].start
        for higher in range(level):  # a level that was skipped shows its first number
            if higher in levels:
                counters.setdefault(higher, levels[higher].start)
        for deeper in range(level + 1, len(_LEVELS)):
            if deeper in levels and level <= levels[deeper].restarts_after:
                counters.pop(deeper, None)

    @staticmethod
    def _shown(levels: Mapping[int, _Level], counters: Mapping[int, int], level: int) -> AutoNumber:
        own = levels[level]
        if own.form == "none" and "%" not in own.pattern.replace(f"%{level + 1}", ""):
            return AutoNumber(re.sub(r"%\d", "", own.pattern))
        if own.form == "bullet":
            return AutoNumber("")
        text = own.pattern
        for index in _LEVELS:
            if f"%{index + 1}" not in text:
                continue
            if index not in levels or index not in counters:
                return AutoNumber(None)
            form = "decimal" if own.is_legal else levels[index].form
            written = write_number(counters[index], form)
            if written is None:
                return AutoNumber(None)
            text = text.replace(f"%{index + 1}", written)
        return AutoNumber(text + own.suffix if text else "")


def _numbering_of(properties: Any) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    number, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    return (
        None if number is None else number.get(_VALUE),
        None if level is None else _whole(level.get(_VALUE), 0),
    )


def _level_index(element: Any) -> int:
    return _whole(element.get(f"{W}ilvl"), 0)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise


def _read_use(element: Any, abstract: str) -> _Use:
    replaced, starts = {}, {}
    for override in element.iterfind(f"{W}lvlOverride"):
        index = _level_index(override)
        if (level := override.find(f"{W}lvl")) is not None:
            replaced[index] = _read_level(level)
        if (start := override.find(f"{W}startOverride")) is not None:
            starts[index] = _whole(start.get(_VALUE), 1)
    return _Use(abstract, replaced, starts)


def _read_level(element: Any) -> _Level:
    def value(name: str, otherwise: str) -> str:
        found = element.find(f"{W}{name}")
        return otherwise if found is None else found.get(_VALUE, otherwise)

    index = _level_index(element)
    restart = value("lvlRestart", "")
    # lvlRestart counts levels from 1 and 0 means never; without it every higher level restarts.
    restarts_after = index - 1 if restart == "" else _whole(restart, index) - 1
    style = element.find(f"{W}pStyle")
    legal = element.find(f"{W}isLgl")
    return _Level(
        start=_whole(value("start", "0"), 0),
        form=value("numFmt", "decimal"),
        pattern=value("lvlText", ""),
        suffix="" if value("suff", "tab") == "nothing" else " ",
        restarts_after=restarts_after,
        is_legal=legal is not None and legal.get(_VALUE, "1") not in ("0", "false"),
        style=None if style is None else style.get(_VALUE),
    )
