"""Groups in lists, and one with its opinions and what each of them added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, select, tuple_, union_all

from participation.accounts.models import User
from participation.campaigns.adding import Part, own_parts, without
from participation.campaigns.models import Campaign, CampaignMember
from participation.campaigns.normalising import whole_words
from participation.comments.models import Comment
from participation.comments.queries import words_of
from participation.comments.rules import Channel, Outcome, Stance, Visibility
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE
from participation.kernel.text import excerpt

GROUPS_SHOWN = 20
LONGEST_SHOWN, OWN_SHOWN, LONGEST_OWN = 300, 3, 80
"""Signs of the common text in a list; of how many senders it shows what they added, how much."""


@dataclass(frozen=True)
class CampaignRow:
    """A group in a list: `text` is the common text, cut where it is long, `with_own` how many of
    its senders added words; `leader` is the number of the opinion that is shown for all, and
    `is_abridged` says that its sender's own words are left out of it.
    """

    id: int
    number: int
    leader: int
    stance: Stance
    members: int
    senders: int
    with_own: int
    text: str
    is_cut: bool
    confirmed_at: datetime | None
    common: str
    is_abridged: bool


@dataclass(frozen=True)
class CampaignView:
    """One group whole. `since` counts those that came in after it was confirmed."""

    row: CampaignRow
    confirmed_by: str
    since: int
    taken_out: int


@dataclass(frozen=True)
class MemberRow:
    """An opinion of a group: what in its words is its own; where it is now."""

    id: int
    number: int
    channel: Channel
    stance: Stance
    visibility: Visibility
    outcome: Outcome
    received_at: datetime
    resemblance: int
    added: int
    parts: Sequence[Part]
    taken_out_at: datetime | None
    taken_out_by: str | None


def by_number(consultation_id: int, number: int) -> Campaign:
    """A group by its number; raise NotFound where there is none."""
    found = db.session.scalars(
        select(Campaign).where(
            Campaign.consultation_id == consultation_id, Campaign.number == number
        )
    ).one_or_none()
    if found is None:
        raise NotFound(str(number))
    return found


def campaigns(
    consultation_id: int,
    after: tuple[int, int] | None = None,
    *,
    having: Any = None,
    limit: int = GROUPS_SHOWN,
) -> tuple[list[CampaignRow], tuple[int, int] | None]:
    """A page of groups, the one with the most opinions first, and the place to go on after.

    `having` narrows them to those with a member (`CampaignMember`, `Comment`) of which it holds.
    """
    statement = _rows().where(Campaign.consultation_id == consultation_id, Campaign.members > 0)
    if having is not None:
        statement = statement.where(_with_member(having))
    if after is not None:
        statement = statement.where(tuple_(Campaign.members, Campaign.id) < tuple_(*after))
    found = db.session.execute(
        statement.order_by(Campaign.members.desc(), Campaign.id.desc()).limit(limit + 1)
    ).all()
    rows = [_row(each) for each in found[:limit]]
    is_last = len(found) <= limit
    return rows, None if is_last else (rows[-1].members, rows[-1].id)


def _with_member(condition: Any) -> Any:
    return (
        select(CampaignMember.comment_id)
        .join(Comment, Comment.id == CampaignMember.comment_id)
        .where(
            CampaignMember.campaign_id == Campaign.id,
            CampaignMember.taken_out_at.is_(None),
            condition,
        )
        .correlate(Campaign)
        .exists()
    )


def _rows() -> Select[Any]:
    return select(
        Campaign,
        Comment.number,
        Comment.stance,
        words_of(Comment.body).label("body"),
        words_of(Comment.proposed_text).label("proposed_text"),
    ).join(Comment, Comment.id == Campaign.leader_id)


def _row(found: Any) -> CampaignRow:
    campaign, common = found[0], _common(found)
    return CampaignRow(
        id=campaign.id,
        number=campaign.number,
        leader=found.number,
        stance=found.stance,
        members=campaign.members,
        senders=campaign.senders,
        with_own=campaign.with_own,
        text=common[:LONGEST_SHOWN],
        is_cut=len(common) > LONGEST_SHOWN,
        confirmed_at=campaign.confirmed_at,
        common=common,
        is_abridged=bool(campaign.own_spans),
    )


def _common(found: Any) -> str:
    return without(whole_words(found.body, found.proposed_text), found[0].own_spans)


def view(campaign: Campaign) -> CampaignView:
    """One group with its figures."""
    found = db.session.execute(
        _rows()
        .add_columns(User.display_name)
        .outerjoin(User, User.id == Campaign.confirmed_by_id)
        .where(Campaign.id == campaign.id)
    ).one()
    active = CampaignMember.taken_out_at.is_(None)
    newer = and_(active, CampaignMember.joined_at > Campaign.confirmed_at)
    since, taken_out = db.session.execute(
        select(func.count().filter(newer), func.count().filter(~active))
        .select_from(CampaignMember)
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(CampaignMember.campaign_id == campaign.id)
    ).one()
    return CampaignView(
        row=_row(found),
        confirmed_by=found.display_name or "",
        since=since,
        taken_out=taken_out,
    )


def members_of(
    campaign: Campaign, after: int = 0, *, own_only: bool = False, taken_out: bool = False
) -> tuple[list[MemberRow], int | None]:
    """A page of a group's opinions in the order they came, and the id to go on after."""
    leader = db.session.execute(
        select(words_of(Comment.body), words_of(Comment.proposed_text)).where(
            Comment.id == campaign.leader_id
        )
    ).one()
    common = without(whole_words(*leader), campaign.own_spans)
    out = CampaignMember.taken_out_at
    statement = (
        select(
            Comment.id,
            Comment.number,
            Comment.channel,
            Comment.stance,
            Comment.visibility,
            Comment.outcome,
            Comment.received_at,
            CampaignMember.resemblance,
            CampaignMember.added,
            words_of(Comment.body).label("body"),
            words_of(Comment.proposed_text).label("proposed_text"),
            out,
            User.display_name,
        )
        .join(CampaignMember, CampaignMember.comment_id == Comment.id)
        .outerjoin(User, User.id == CampaignMember.taken_out_by_id)
        .where(
            CampaignMember.campaign_id == campaign.id,
            CampaignMember.comment_id > after,
            out.is_not(None) if taken_out else out.is_(None),
        )
    )
    if own_only:
        statement = statement.where(CampaignMember.added > 0)
    found = db.session.execute(statement.order_by(CampaignMember.comment_id).limit(PAGE + 1)).all()
    rows = [_member(common, each) for each in found[:PAGE]]
    return rows, rows[-1].id if len(found) > PAGE else None


def _member(common: str, found: Any) -> MemberRow:
    words = whole_words(found.body, found.proposed_text)
    return MemberRow(
        id=found.id,
        number=found.number,
        channel=found.channel,
        stance=found.stance,
        visibility=found.visibility,
        outcome=found.outcome,
        received_at=found.received_at,
        resemblance=found.resemblance,
        added=found.added,
        parts=own_parts(common, words),
        taken_out_at=found.taken_out_at,
        taken_out_by=found.display_name,
    )


def own_words(rows: Sequence[CampaignRow]) -> dict[int, list[tuple[int, str]]]:
    """The first few senders of each group who added words: their numbers and what they added."""
    parts = [
        select(
            literal(row.id).label("campaign_id"),
            Comment.id,
            Comment.number,
            words_of(Comment.body).label("body"),
            words_of(Comment.proposed_text).label("proposed_text"),
        )
        .join(CampaignMember, CampaignMember.comment_id == Comment.id)
        .where(
            CampaignMember.campaign_id == row.id,
            CampaignMember.added > 0,
            CampaignMember.taken_out_at.is_(None),
        )
        .order_by(CampaignMember.comment_id)
        .limit(OWN_SHOWN)
        .subquery()
        for row in rows
        if row.with_own
    ]
    if not parts:
        return {}
    common = {row.id: row.common for row in rows}
    found: dict[int, list[tuple[int, str]]] = {}
    for each in db.session.execute(union_all(*(select(part) for part in parts))):
        words = whole_words(each.body, each.proposed_text)
        own = [
            part.words.strip() for part in own_parts(common[each.campaign_id], words) if part.is_own
        ]
        said = excerpt("…".join(own), LONGEST_OWN)
        found.setdefault(each.campaign_id, []).append((each.number, said))
    return found


def member_ids(campaign_ids: Sequence[int], condition: Any = None) -> list[int]:
    """The opinions of these groups (`condition` on `Comment` narrows them), by id."""
    statement = (
        select(CampaignMember.comment_id)
        .join(Comment, Comment.id == CampaignMember.comment_id)
        .where(CampaignMember.campaign_id.in_(campaign_ids), CampaignMember.taken_out_at.is_(None))
    )
    if condition is not None:
        statement = statement.where(condition)
    return list(db.session.scalars(statement.order_by(CampaignMember.comment_id)))


def is_member() -> Any:
    """Whether the opinion of the enclosing statement is in a group, as a condition."""
    return (
        select(CampaignMember.campaign_id)
        .where(CampaignMember.comment_id == Comment.id, CampaignMember.taken_out_at.is_(None))
        .correlate(Comment)
        .exists()
    )
