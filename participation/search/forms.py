"""What an address of the search page asks for: words, and filters out of closed lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from participation.accounts.queries import Branch
from participation.consultations.rules import PUBLIC_STAGES, Stage
from participation.kernel.text import plain
from participation.rulebook.subjects import Audience, Topic
from participation.search.queries import Asked
from participation.search.rules import LONGEST_QUERY, Kind, Order

Choice = TypeVar("Choice", bound=StrEnum)


def asked_of(
    given: Mapping[str, str],
    consultation_id: int | None = None,
    departments: frozenset[int] | None = None,
) -> Asked:
    """The search that the parameters ask for; what is in no list does not count."""
    stage = chosen(Stage, given.get("stage"))
    return Asked(
        query=" ".join(plain(given.get("q", "")[: 4 * LONGEST_QUERY]).split())[:LONGEST_QUERY],
        kind=chosen(Kind, given.get("kind")),
        order=chosen(Order, given.get("order")) or Order.RELEVANCE,
        stage=stage if stage in PUBLIC_STAGES else None,
        departments=departments,
        topic=chosen(Topic, given.get("topic")),
        audience=chosen(Audience, given.get("audience")),
        consultation_id=consultation_id,
        after=given.get("after"),
    )


def chosen(kind: type[Choice], word: str | None) -> Choice | None:
    """The value of a closed list that a word names, if any."""
    return next((each for each in kind if each.value == word), None)


def with_below(department: str, tree: Sequence[Branch]) -> frozenset[int] | None:
    """A department of the tree and all below it; None where there is no such one."""
    found: set[int] = set()
    depth = -1
    for branch in tree:
        if found and branch.depth <= depth:
            break
        if found or str(branch.id) == department:
            depth = depth if found else branch.depth
            found.add(branch.id)
    return frozenset(found) or None
