"""Where an entered opinion came from, told by the features above that entered it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from participation.comments.models import Comment


@dataclass(frozen=True)
class Origin:
    """A Chinese msgid with what fills its places, and the staff page that it leads to."""

    sentence: str
    endpoint: str
    values: Mapping[str, Any]
    params: Mapping[str, object] = field(default_factory=dict)


tellers: list[Callable[[Comment], Origin | None]] = []
"""Each says of an opinion that its feature entered where it came from; None of any other."""


def origin_of(comment: Comment) -> Origin | None:
    """Where an opinion came from; None for one that was sent, or entered by hand."""
    if comment.entered_by_id is None:
        return None
    return next((found for tell in tellers if (found := tell(comment))), None)
