"""Whether two texts of nearly the same words want opposite things. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

ALIKE = 50.0
"""From which share of common signs (percent) two clauses are taken for versions of each other."""

_AXES = (
    ("支持|赞成|赞同|同意|认可|拥护|欢迎", "反对|拒绝|抵制|质疑"),
    ("应当|应该|应|必须|需要|务必", "不应|不该|不必|无需|禁止|严禁|不得|不宜|不要"),
    ("允许|准许|许可|可以", "禁止|不准|不得|不许|严禁"),
    ("保留|恢复|设立|新建|建设|增设", "取消|撤销|删除|废止|停建|拆除"),
    ("增加|提高|上调|加大|扩大|放宽|延长|提前", "减少|降低|下调|减小|缩小|收紧|缩短|推迟"),
    ("收费|收取", "免费|免收"),
    ("合理|科学|可行|必要|公平", "荒唐|荒谬|多余|离谱"),
)
_NOT = "不|没有|没|未|无须|无|莫|勿|别"
_MARKS = [
    re.compile(f"(?P<turned>{_NOT})?(?:(?P<against>{against})|(?P<favour>{favour}))")
    for favour, against in _AXES
]
# What begins like a negation and is none.
_IDLE = "但|仅|光|少|断|论|管|同|过|久|时|如|妨|愧|只|禁"
_NEGATIONS = re.compile(f"不(?!{_IDLE})|没有?|未(?!来|成年)|无(?!论|障碍|锡|人机)|勿")


def are_opposed(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether clauses that stand in one text alone turn round what the other text's say.

    Texts come as `normalising.clauses`. A clause is held against the one of the other text that
    it is most like: a word of will on the other side of its axis (支持/反对, 保留/取消 …) or one
    negation more makes opposites. Without such a partner only 支持/反对 counts. What was merely
    added opposes nothing.
    """
    mine, theirs = Counter(one), Counter(other)
    left, right = list((mine - theirs).elements()), list((theirs - mine).elements())
    if not left or not right:
        return False
    for each in left:
        partner = max(right, key=lambda clause: (fuzz.ratio(each, clause), clause))
        if fuzz.ratio(each, partner) >= ALIKE and _turned(each, partner):
            return True
    attitudes = [_sides("".join(clauses), 0) for clauses in (left, right)]
    return {frozenset({1}), frozenset({-1})} == {frozenset(each) for each in attitudes}


def _turned(one: str, other: str) -> bool:
    for axis in range(len(_AXES)):
        mine, theirs = _sides(one, axis), _sides(other, axis)
        if len(mine) == len(theirs) == 1 and mine != theirs:
            return True
    return (len(_NEGATIONS.findall(one)) - len(_NEGATIONS.findall(other))) % 2 == 1


def _sides(clause: str, axis: int) -> set[int]:
    """On which sides of an axis the words of a clause stand: 1, -1, both or none."""
    found = set()
    for mark in _MARKS[axis].finditer(clause):
        side = -1 if mark["against"] else 1
        found.add(-side if mark["turned"] else side)
    return found
