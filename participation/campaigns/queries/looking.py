"""What a look needs to know: what is new since the last one, and which opinion is where."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from participation.campaigns.models import Campaign, CampaignMember, CampaignSearch
from participation.campaigns.rules import next_look_at
from participation.comments.models import CommentSeries
from participation.kernel.db import db


class Standing(NamedTuple):
    """An opinion in a group: which, how alike, how much is its own, and whether it is fixed."""

    campaign_id: int
    resemblance: int
    added: int
    is_pinned: bool


def received(consultation_id: int) -> int:
    """The last number that was given to an opinion."""
    return (
        db.session.scalar(
            select(CommentSeries.received).where(CommentSeries.consultation_id == consultation_id)
        )
        or 0
    )


def search_of(consultation_id: int) -> CampaignSearch | None:
    """The last look at a consultation's opinions."""
    return db.session.get(CampaignSearch, consultation_id)


def due_searches(now: datetime) -> list[tuple[int, int, int]]:
    """Consultations with something new to look at: id, last number, changes so far."""
    rows = db.session.execute(
        select(
            CommentSeries.consultation_id,
            CommentSeries.received,
            func.coalesce(CampaignSearch.changes, 0),
            CampaignSearch.found_at,
        )
        .outerjoin(CampaignSearch, CampaignSearch.consultation_id == CommentSeries.consultation_id)
        .where(
            CommentSeries.received > 1,
            or_(
                CampaignSearch.found_at.is_(None),
                CommentSeries.received != CampaignSearch.received,
                CampaignSearch.changes != CampaignSearch.seen_changes,
            ),
        )
        .order_by(CommentSeries.consultation_id)
    )
    return [
        (consultation_id, last, changes)
        for consultation_id, last, changes, found_at in rows
        if found_at is None or now >= next_look_at(last, found_at)
    ]


def standings(consultation_id: int) -> dict[int, Standing]:
    """Every opinion that is in a group. Confirmed is what was in it when somebody confirmed it."""
    rows = db.session.execute(
        select(
            CampaignMember.comment_id,
            CampaignMember.campaign_id,
            CampaignMember.resemblance,
            CampaignMember.added,
            func.coalesce(CampaignMember.joined_at <= Campaign.confirmed_at, False),
        )
        .join(Campaign, Campaign.id == CampaignMember.campaign_id)
        .where(Campaign.consultation_id == consultation_id, CampaignMember.taken_out_at.is_(None))
    )
    return {row[0]: Standing(row[1], row[2], row[3], bool(row[4])) for row in rows}
