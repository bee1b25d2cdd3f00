"""Verdict: the answer of a rule, yes or no with a sentence fit for the public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from participation.kernel.errors import Refused

NOTHING: Mapping[str, object] = MappingProxyType({})


def N_(sentence: str) -> str:
    """Mark a sentence for the message catalogue where no translation may happen yet.

    Rules know no framework; whoever shows the sentence translates it.
    """
    return sentence


@dataclass(frozen=True)
class Verdict:
    """Allowed, or not for a `reason`: a Chinese msgid with `%(name)s` places for `params`."""

    allowed: bool
    reason: str = ""
    params: Mapping[str, object] = field(default_factory=lambda: NOTHING)

    def __bool__(self) -> bool:
        return self.allowed

    def enforce(self) -> None:
        """Raise `Refused` with this verdict's sentence unless it allows."""
        if not self.allowed:
            raise Refused(self.reason, self.params)

    def __and__(self, other: Verdict) -> Verdict:
        """The first refusal of the two, or yes."""
        return other if self.allowed else self


YES = Verdict(allowed=True)


def yes() -> Verdict:
    """The verdict that allows."""
    return YES


def no(reason: str, **params: object) -> Verdict:
    """The verdict that refuses, with its sentence."""
    return Verdict(allowed=False, reason=reason, params=params)


def provided(condition: bool, reason: str, **params: object) -> Verdict:
    """Yes where the condition holds, else no with the reason."""
    return YES if condition else no(reason, **params)
