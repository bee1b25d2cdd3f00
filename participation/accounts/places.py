"""A person's own pages, named on the page of the account with how much is on each.

Features above this one add theirs: they append a place to `places`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A page of one's own. `label` is a Chinese msgid; `count` takes the account's id."""

    endpoint: str
    label: str
    count: Callable[[int], int]


places: list[Place] = []
"""Places of higher features, in the order of the features."""
