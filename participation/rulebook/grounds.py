"""The coded reasons that the rules know: each code with what it means, its source and how sure."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from participation.rulebook.statutes import Evidence


class Ground(StrEnum):
    """A base of enums whose members are a code, as it is stored, and four things said of it.

    label: the reason in a few words; explanation: what happened and what it means, said to the
    author; source: the statute and article, or the platform's own rule; evidence: how sure that is.
    """

    label: str
    explanation: str
    source: str
    evidence: Evidence

    # A stored code is looked up, not made: the defaults only let type checkers read `Reason(code)`.
    def __new__(
        cls,
        code: str,
        label: str = "",
        explanation: str = "",
        source: str = "",
        evidence: Evidence = Evidence.UNCONFIRMED,
    ) -> Self:
        """A member, which is its code."""
        made = str.__new__(cls, code)
        made._value_ = code
        made.label, made.explanation = label, explanation
        made.source, made.evidence = source, evidence
        return made
