"""The text in force beside the draft, article by article, compared on what a reader sees. Pure.

Full-width and half-width forms, white space and characters that draw nothing are no change.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from rapidfuzz.distance import Indel

from participation.kernel.redlining import Part, redline

HEADINGS = frozenset({"part", "chapter", "section"})
ALIKE = 0.5
"""From which share of common words on two articles are one that was changed."""

STILL_ALIKE = 0.25
"""The same where they stand at the same number between the same neighbours."""

_UNSEEN = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_LOOSE_SPACE = re.compile(r"(?<![!-~])[^\S\n]+|[^\S\n]+(?![!-~])")


class Clause(Protocol):
    """What is compared of a clause, read from a file or from the database."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def short_label(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def parent_key(self) -> str | None: ...


class Change(StrEnum):
    """What happened to an article or a heading; `moved`: the same words at another number."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is compared as one: an article with all below it, a heading, a loose paragraph."""

    key: str
    kind: str
    label: str
    words: str
    is_withheld: bool = False

    @property
    def seen(self) -> str:
        """The words as they count."""
        return normal(self.words)


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of the text in force and of the draft, either may be missing; what happened to it."""

    change: Change
    old: Unit | None
    new: Unit | None

    @property
    def unit(self) -> Unit:
        """The one of the draft, else the one in force."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def parts(self) -> list[Part]:
        """The redline from the words in force to those of the draft."""
        if self.old is None or self.new is None:
            raise ValueError("there is nothing to compare with")
        new = _tidy(self.new.words)
        return redline(_written_as(new, _tidy(self.old.words)), new)


def normal(text: str) -> str:
    """A text as it counts for comparing: NFKC, nothing that a reader does not see."""
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return _UNSEEN.sub("", folded)


def units_of(clauses: Sequence[Clause]) -> list[Unit]:
    """The headings and articles of a text in order; where it has no articles, its paragraphs."""
    has_articles = any(each.kind == "article" for each in clauses)
    found: list[Unit] = []
    owner: dict[str, int] = {}
    for each in clauses:
        above = owner.get(each.parent_key or "")
        begins = each.kind in HEADINGS or each.kind == "article"
        if above is None or begins or (not has_articles and each.kind == "paragraph"):
            withheld = bool(getattr(each, "is_withheld", False))
            found.append(Unit(each.key, each.kind, each.short_label, each.text, withheld))
            if each.kind not in HEADINGS:
                owner[each.key] = len(found) - 1
            continue
        owner[each.key] = above
        mark = each.short_label if each.kind in {"item", "subitem"} else ""
        found[above] = _longer(found[above], mark + each.text, each)
    return found


def _longer(unit: Unit, line: str, clause: Clause) -> Unit:
    words = f"{unit.words}\n{line}" if unit.words else line
    withheld = unit.is_withheld or bool(getattr(clause, "is_withheld", False))
    return Unit(unit.key, unit.kind, unit.label, words, withheld)


def compared(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """What became of each unit, in the order of the draft; what is gone stands where it stood."""
    partner = _partners(old, new)
    taken = set(partner.values())
    lost = [place for place in range(len(old)) if place not in taken]
    found: list[Pair] = []
    for place, unit in enumerate(new):
        before = partner.get(place)
        following = next((partner[at] for at in range(place, len(new)) if at in partner), len(old))
        while lost and lost[0] < following:
            found.append(Pair(Change.GONE, old[lost.pop(0)], None))
        found.append(_pair(None if before is None else old[before], unit))
    return found + [Pair(Change.GONE, old[place], None) for place in lost]


def _pair(old: Unit | None, new: Unit) -> Pair:
    if old is None:
        return Pair(Change.ADDED, None, new)
    if old.seen != new.seen:
        return Pair(Change.CHANGED, old, new)
    is_moved = normal(old.label) != normal(new.label)
    return Pair(Change.MOVED if is_moved else Change.SAME, old, new)


def _partners(old: Sequence[Unit], new: Sequence[Unit]) -> dict[int, int]:
    """For each place in `new` the place in `old` of what it was, where it was there before."""
    before = [(_level(each), each.seen) for each in old]
    after = [(_level(each), each.seen) for each in new]
    found: dict[int, int] = {}
    # What stayed in its order first: these are the posts between which the rest is looked for.
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for first, second, length in matcher.get_matching_blocks():
        found |= {second + step: first + step for step in range(length)}
    for place, each in enumerate(after):
        if place not in found:
            taken = set(found.values())
            same = [at for at, one in enumerate(before) if one == each and at not in taken]
            if same:
                found[place] = same[0]
    gaps = [gap for tag, *gap in matcher.get_opcodes() if tag == "replace"]
    for gap in gaps:
        _match(range(*gap[:2]), range(*gap[2:]), old, new, found, is_between_posts=True)
    _match(range(len(old)), range(len(new)), old, new, found, is_between_posts=False)
    return found


def _match(
    olds: Iterable[int],
    news: Iterable[int],
    old: Sequence[Unit],
    new: Sequence[Unit],
    found: dict[int, int],
    *,
    is_between_posts: bool,
) -> None:
    """Pair what is alike and has no partner yet: the most alike first, then the same number."""
    taken = set(found.values())
    before = [(place, old[place], old[place].seen) for place in olds if place not in taken]
    rated = []
    for second in news:
        if second in found:
            continue
        unit, seen = new[second], new[second].seen
        for first, other, words in before:
            if _level(other) != _level(unit):
                continue
            is_numbered_so = is_between_posts and normal(other.label) == normal(unit.label)
            least = STILL_ALIKE if is_numbered_so else ALIKE
            alike = Indel.normalized_similarity(words, seen, score_cutoff=least)
            if alike or (is_numbered_so and unit.is_withheld):
                rated.append((-alike, not is_numbered_so, abs(first - second), first, second))
    for _alike, _other, _far, first, second in sorted(rated):
        if second not in found and first not in taken:
            found[second] = first
            taken.add(first)


def _level(unit: Unit) -> str:
    return unit.kind if unit.kind in HEADINGS else "words"


def counted(pairs: Iterable[Pair]) -> Counter[Change]:
    """How many articles (or loose paragraphs) fared how; headings are not counted."""
    return Counter(each.change for each in pairs if each.unit.kind not in HEADINGS)


def _tidy(text: str) -> str:
    """The words without what is not seen; line ends stay, and spaces between Latin words."""
    lines = (_LOOSE_SPACE.sub("", line) for line in text.split("\n"))
    kept = "\n".join(line for line in lines if line)
    return "".join(sign for sign in kept if sign in " \n" or not _UNSEEN.match(sign))


def _written_as(new: str, old: str) -> str:
    """The old words with the signs that the new ones use for the same: （ for (, ， for ,."""
    used: dict[str, str] = {}
    for sign, _count in reversed(Counter(new).most_common()):
        used[unicodedata.normalize("NFKC", sign)] = sign
    return "".join(used.get(unicodedata.normalize("NFKC", sign), sign) for sign in old)
