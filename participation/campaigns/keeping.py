"""Which of the groups there were a newly found one goes on with; people's word stands. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Kept(NamedTuple):
    """What becomes of a found group: the campaign it goes on with (None: a new one), its members.

    Members that a person confirmed in another campaign are left out: they stay where they are.
    """

    found: int
    campaign_id: int | None
    members: tuple[int, ...]


def keep(
    found: Sequence[Sequence[int]], present: Mapping[int, int], pinned: Mapping[int, int]
) -> list[Kept]:
    """Match found groups with the campaigns there are.

    `present` says in which campaign an opinion is now, `pinned` in which a person confirmed it to
    be. A campaign goes on with the group that holds the most of its confirmed opinions, then of
    all its opinions; every campaign with one group at most, and every group with one campaign.
    """
    claims: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for place, members in enumerate(found):
        for each in members:
            if each in pinned:
                claims[place, pinned[each]]["pinned"] += 1
            if each in present:
                claims[place, present[each]]["present"] += 1
    order = sorted(
        claims, key=lambda pair: (-claims[pair]["pinned"], -claims[pair]["present"], pair)
    )
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for place, campaign_id in order:
        if place not in matched and campaign_id not in taken:
            matched[place] = campaign_id
            taken.add(campaign_id)
    kept = []
    for place, members in enumerate(found):
        goes_on = matched.get(place)
        ours = tuple(each for each in members if pinned.get(each, goes_on) == goes_on)
        kept.append(Kept(place, goes_on, ours))
    return kept
