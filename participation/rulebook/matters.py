"""Kinds of matter, the marks a consultation may carry, and the shortest window for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from participation.kernel.verdict import N_
from participation.rulebook.statutes import Profile, Remark, Rule, rule

_WEEK = 7
_WORKING_WEEK = 5


class Matter(StrEnum):
    """What a consultation is about; it decides the shortest window."""

    MAJOR_DECISION = "major-decision"
    RULE = "rule"
    NORMATIVE_DOCUMENT = "normative-document"
    PLAN = "plan"
    PROJECT = "project"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What the office calls it."""
        return _MATTERS[self][0]


_MATTERS = {
    Matter.MAJOR_DECISION: (N_("重大行政决策"), "W1"),
    Matter.RULE: (N_("规章"), "W2"),
    Matter.NORMATIVE_DOCUMENT: (N_("行政规范性文件"), "W5"),
    # Weighty plans and public works are major decisions themselves (713 art. 3).
    Matter.PLAN: (N_("重要规划"), "W1"),
    Matter.PROJECT: (N_("重大公共建设项目"), "W1"),
    Matter.OTHER: (N_("其他事项"), "W5"),
}


@dataclass(frozen=True, slots=True)
class WindowRule:
    """The shortest window, in calendar days or in working days."""

    rule: Rule
    days: int
    working: bool

    @property
    def minimum(self) -> Remark:
        """The minimum in words."""
        words = N_("不少于%(days)s个工作日") if self.working else N_("不少于%(days)s日")
        return Remark(words, self.rule, {"days": self.days})

    @property
    def strictness(self) -> float:
        """The length in calendar days, roughly, to tell the stricter of two."""
        return self.days * _WEEK / _WORKING_WEEK if self.working else self.days


def window_rule(
    matter: Matter, *, touches_market: bool = False, profile: Profile | None = None
) -> WindowRule:
    """The strictest rule on length that applies (rules W1 to W5)."""
    ids = [_MATTERS[matter][1]] + ["W4"] * touches_market
    return max((_as_window(rule(id, profile)) for id in ids), key=lambda found: found.strictness)


def _as_window(found: Rule) -> WindowRule:
    working = "working_days" in found.numbers
    return WindowRule(found, found.numbers["working_days" if working else "days"], working)


def duties(*, touches_market: bool = False, touches_group: bool = False) -> list[Remark]:
    """Whom the department must hear besides the public, by the marks it set (rules P4, P5)."""
    marked = [("P5", touches_market), ("P4", touches_group)]
    return [Remark(rule(id).sentence, rule(id)) for id, is_set in marked if is_set]
