"""Finding what says the same among all opinions of a consultation, and noting who is in it.

The comparison reads one snapshot and holds no lock. What it found is noted piece by piece, each
in a transaction of the caller's that asks anew whether the opinions may still be read. A second
look, or one that was cut off in the middle, comes to the same end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select

from participation.campaigns import queries
from participation.campaigns.adding import added_signs, own_parts, own_spans
from participation.campaigns.apart import group_apart
from participation.campaigns.events import CampaignsFound
from participation.campaigns.grouping import Group
from participation.campaigns.keeping import keep
from participation.campaigns.models import Campaign, CampaignMember, CampaignSearch
from participation.campaigns.normalising import whole_words
from participation.campaigns.operations.counting import count_anew
from participation.campaigns.operations.reading import PIECE, Heap, read_heap
from participation.campaigns.rules import UNREAD
from participation.comments.models import Comment
from participation.comments.rules import Outcome
from participation.consultations.queries import lock_shared
from participation.kernel import clock, jobs
from participation.kernel.db import db
from participation.kernel.events import record

FIND = "campaigns.find"
SAMPLE = 20
"""With how many of a group's other texts the typical one is compared."""


class Member(NamedTuple):
    """An opinion that is to be in a group: how alike (percent), how many signs are its own."""

    comment_id: int
    resemblance: int
    added: int


class Planned(NamedTuple):
    """A group as it is to be noted, its leader first; `campaign_id` goes on, None is a new one."""

    campaign_id: int | None
    own_spans: list[list[int]]
    members: list[Member]


class Seen(NamedTuple):
    """What a look saw: the last number, and how often something had changed before."""

    received: int
    changes: int


@dataclass
class Look:
    """A comparison of all opinions of a consultation, and how far it has been noted."""

    consultation_id: int
    seen: Seen
    heap: Heap
    planned: list[Planned]
    strays: list[int]
    ids: dict[int, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)

    def pieces(self) -> Iterator[list[tuple[int, Member]]]:
        """The opinions that are in a group, each with its group's place, some thousands a time."""
        everything = (
            (place, each) for place, one in enumerate(self.planned) for each in one.members
        )
        while piece := list(islice(everything, PIECE)):
            yield piece

    def stray_pieces(self) -> Iterator[list[int]]:
        """The opinions that were in a group and are in none any more, some thousands a time."""
        for start in range(0, len(self.strays), PIECE):
            yield self.strays[start : start + PIECE]


def plan_search(consultation_id: int, key: str) -> None:
    """Have the worker look through a consultation's opinions; once for a key."""
    jobs.enqueue(FIND, {"consultation_id": consultation_id}, unique_key=f"{FIND}:{key}")


def compare(consultation_id: int) -> Look:
    """Look through all opinions, in one snapshot and without a lock; changes nothing."""
    last = queries.search_of(consultation_id)
    seen = Seen(queries.received(consultation_id), last.changes if last else 0)
    heap = read_heap(consultation_id)
    present = queries.standings(consultation_id)
    planned = _plan(heap, group_apart(heap.texts), present)
    inside = {each.comment_id for one in planned for each in one.members}
    return Look(consultation_id, seen, heap, planned, sorted(present.keys() - inside))


def _plan(
    heap: Heap, groups: Sequence[Group], present: Mapping[int, queries.Standing]
) -> list[Planned]:
    places = {each: standing.campaign_id for each, standing in present.items()}
    pinned = {each: place for each, place in places.items() if present[each].is_pinned}
    found = [[each for alike in one.texts for each in heap.said_by[alike.place]] for one in groups]
    return [
        _compared(heap, groups[kept.found], kept.campaign_id, set(kept.members))
        for kept in keep(found, places, pinned)
        if len(kept.members) > 1 or kept.campaign_id is not None
    ]


def _compared(heap: Heap, found: Group, campaign_id: int | None, members: set[int]) -> Planned:
    """The group with what each of its members added, and with what is its leader's own."""
    firsts = [int(heap.said_by[alike.place][0]) for alike in found.texts]
    words = _words(firsts)
    leader = words[firsts[0]]
    others = [words[each] for each in firsts[1:]]
    spans = own_spans(leader, others[:: max(1, len(others) // SAMPLE)][:SAMPLE])
    inside = []
    for alike, first in zip(found.texts, firsts, strict=True):
        added = 0 if first == firsts[0] else added_signs(own_parts(leader, words[first]))
        inside += [
            Member(int(each), round(100 * alike.resemblance), added)
            for each in heap.said_by[alike.place]
            if each in members
        ]
    # The typical one may have been confirmed elsewhere: the spans are of its words alone.
    is_led = inside[0].comment_id == firsts[0]
    return Planned(campaign_id, [list(span) for span in spans] if is_led else [], inside)


def _words(ids: Sequence[int]) -> dict[int, str]:
    found = {}
    for start in range(0, len(ids), PIECE):
        rows = db.session.execute(
            select(Comment.id, Comment.body, Comment.proposed_text).where(
                Comment.id.in_(ids[start : start + PIECE])
            )
        )
        found.update({row.id: whole_words(row.body, row.proposed_text) for row in rows})
    return found


def note_piece(look: Look, piece: Sequence[tuple[int, Member]]) -> None:
    """Note where these opinions belong; those that somebody has placed meanwhile stay."""
    _lock(look.consultation_id)
    for place in sorted({place for place, _member in piece} - look.ids.keys()):
        look.ids[place] = _campaign(look.consultation_id, look.planned[place])
    look.touched |= _note(look.consultation_id, [(look.ids[place], each) for place, each in piece])


def _lock(consultation_id: int) -> CampaignSearch:
    """Hold what was compared still and other looks out; the row that tells of the last look."""
    lock_shared(consultation_id)
    found = db.session.get(
        CampaignSearch, consultation_id, with_for_update=True, populate_existing=True
    )
    if found is None:
        found = CampaignSearch(
            consultation_id=consultation_id, changes=0, seen_changes=0, last_number=0
        )
        db.session.add(found)
        db.session.flush()
    return found


def _campaign(consultation_id: int, planned: Planned) -> int:
    """The id of the campaign that the group goes on with, or of a new one."""
    leader = planned.members[0].comment_id
    if planned.campaign_id is not None:
        known = db.session.get(Campaign, planned.campaign_id)
        if known is not None:
            known.leader_id, known.own_spans = leader, planned.own_spans
            return known.id
    search = db.session.get_one(CampaignSearch, consultation_id)
    search.last_number += 1
    made = Campaign(
        consultation_id=consultation_id,
        number=search.last_number,
        leader_id=leader,
        own_spans=planned.own_spans,
        members=0,
        senders=0,
        with_own=0,
        found_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def _note(consultation_id: int, piece: Sequence[tuple[int, Member]]) -> set[int]:
    """Put these opinions where they belong, but those that somebody has placed meanwhile."""
    present = {each.comment_id: each for each in _present([one.comment_id for _, one in piece])}
    readable = _readable(consultation_id, [one.comment_id for _, one in piece])
    leaving: list[int] = []
    coming: list[dict[str, Any]] = []
    touched: set[int] = set()
    for campaign_id, one in piece:
        now = present.get(one.comment_id)
        is_here = now is not None and now.campaign_id == campaign_id
        if now is not None and (now.taken_out_at or (now.is_pinned and not is_here)):
            continue
        if now is not None and is_here and (now.resemblance, now.added) == one[1:]:
            continue
        if now is not None:
            leaving.append(one.comment_id)
            touched.add(now.campaign_id)
        if one.comment_id in readable:
            joined_at = now.joined_at if now is not None and is_here else clock.now()
            coming.append({"campaign_id": campaign_id, "joined_at": joined_at, **one._asdict()})
            touched.add(campaign_id)
    _delete(leaving)
    if coming:
        db.session.execute(insert(CampaignMember), coming)
    return touched


def _present(ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(
        select(
            *CampaignMember.__table__.columns,
            (func.coalesce(CampaignMember.joined_at <= Campaign.confirmed_at, False)).label(
                "is_pinned"
            ),
        )
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(CampaignMember.comment_id.in_(ids))
    ).all()


def _readable(consultation_id: int, ids: Sequence[int]) -> set[int]:
    return set(
        db.session.scalars(
            select(Comment.id).where(
                Comment.consultation_id == consultation_id,
                Comment.id.in_(ids),
                Comment.outcome != Outcome.WITHDRAWN,
                Comment.visibility.not_in(UNREAD),
            )
        )
    )


def _delete(comment_ids: Sequence[int]) -> None:
    if comment_ids:
        db.session.execute(
            delete(CampaignMember)
            .where(CampaignMember.comment_id.in_(comment_ids))
            .execution_options(synchronize_session=False)
        )


def drop_strays(look: Look, piece: Sequence[int]) -> None:
    """Let go of opinions that belong to no group any more and that nobody has confirmed."""
    _lock(look.consultation_id)
    gone = [row for row in _present(piece) if not row.taken_out_at and not row.is_pinned]
    _delete([row.comment_id for row in gone])
    look.touched |= {row.campaign_id for row in gone}


def conclude(look: Look) -> int:
    """Count the heads, forget empty groups, note what was looked at; how many groups there are."""
    search = _lock(look.consultation_id)
    count_anew(look.touched)
    _forget_empty(look.consultation_id)
    search.received, search.seen_changes = look.seen
    search.found_at = clock.now()
    search.compared, search.too_short = look.heap.compared, look.heap.too_short
    groups, inside = queries.totals(look.consultation_id)
    if look.touched:
        record(CampaignsFound(consultation_id=look.consultation_id, groups=groups, members=inside))
    return groups


def _forget_empty(consultation_id: int) -> None:
    held = select(CampaignMember.comment_id).where(CampaignMember.campaign_id == Campaign.id)
    db.session.execute(
        delete(Campaign)
        .where(
            Campaign.consultation_id == consultation_id,
            Campaign.confirmed_at.is_(None),
            ~held.exists(),
        )
        .execution_options(synchronize_session=False)
    )
