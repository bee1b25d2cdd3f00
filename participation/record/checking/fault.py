"""A fault that the check of a log has found, as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """What is wrong: a Chinese msgid and what fills its `%(name)s` places."""

    sentence: str
    params: dict[str, object] = field(default_factory=dict)
