"""Counting a group's heads anew, and giving it another opinion to stand for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, case, cast, func, literal, select, update

from participation.campaigns.models import Campaign, CampaignMember
from participation.comments.models import Comment
from participation.kernel.db import db


def count_anew(campaign_ids: Iterable[int]) -> None:
    """Set the counters of these groups to what their rows say; choose a leader that is in it."""
    for campaign_id in sorted(campaign_ids):
        own = func.count().filter(CampaignMember.added > 0)
        members, senders, with_own = db.session.execute(
            select(func.count(), func.count(func.distinct(_sender())), own)
            .select_from(CampaignMember)
            .join(Comment, Comment.id == CampaignMember.comment_id)
            .where(*_inside(campaign_id))
        ).one()
        db.session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id)
            .values(members=members, senders=senders, with_own=with_own)
            .execution_options(synchronize_session=False)
        )
        if members:
            _choose_leader(campaign_id)


def _inside(campaign_id: int) -> tuple[Any, ...]:
    return CampaignMember.campaign_id == campaign_id, CampaignMember.taken_out_at.is_(None)


def _sender() -> Any:
    """What tells a sender from another: the account, else the contact, else the opinion itself."""
    return case(
        (Comment.account_id.is_not(None), literal("a") + cast(Comment.account_id, String)),
        (Comment.contact_digest.is_not(None), literal("c") + Comment.contact_digest),
        else_=literal("o") + cast(Comment.id, String),
    )


def _choose_leader(campaign_id: int) -> None:
    """Where the leader has left, let the one that is nearest to it stand for the others.

    The next look finds the most typical one again.
    """
    leader = select(Campaign.leader_id).where(Campaign.id == campaign_id).scalar_subquery()
    is_inside = db.session.scalar(
        select(CampaignMember.comment_id).where(
            *_inside(campaign_id), CampaignMember.comment_id == leader
        )
    )
    if is_inside is not None:
        return
    nearest = db.session.scalar(
        select(CampaignMember.comment_id)
        .where(*_inside(campaign_id))
        .order_by(
            CampaignMember.resemblance.desc(), CampaignMember.added, CampaignMember.comment_id
        )
        .limit(1)
    )
    db.session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id)
        .values(leader_id=nearest, own_spans=[])
        .execution_options(synchronize_session=False)
    )
