"""A finding of the doctor: what was looked at, how it stands, how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class State(StrEnum):
    """How something stands; only `fail` makes the command end with 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """`message` and `mend` are Chinese msgids; `params` fill the places of both."""

    state: State
    message: str
    mend: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    name: str = ""

    def named(self, name: str) -> Finding:
        """The same under the check's name."""
        return replace(self, name=name)


def ok(message: str, **params: object) -> Finding:
    """All is well."""
    return Finding(State.OK, message, params=params)


def warn(message: str, mend: str, **params: object) -> Finding:
    """It works, and should be changed."""
    return Finding(State.WARN, message, mend, params)


def fail(message: str, mend: str, **params: object) -> Finding:
    """It does not do what is promised until it is mended."""
    return Finding(State.FAIL, message, mend, params)
