"""How many groups there are, and what the result prints about how they were found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from participation.campaigns.models import Campaign
from participation.campaigns.queries.looking import search_of
from participation.campaigns.rules import LEAST_SIGNS, METHOD, MOST_NAMED, THRESHOLD
from participation.kernel.db import db


def totals(consultation_id: int) -> tuple[int, int]:
    """How many groups there are, and how many opinions are in them."""
    groups, inside = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Campaign.members), 0)).where(
            Campaign.consultation_id == consultation_id, Campaign.members > 0
        )
    ).one()
    return groups, int(inside)


def count_of(consultation_id: int) -> Any:
    """How many groups there are, as part of a larger statement."""
    return (
        select(func.count())
        .where(Campaign.consultation_id == consultation_id, Campaign.members > 0)
        .scalar_subquery()
    )


def published(consultation_id: int) -> dict[str, Any]:
    """How near-duplicates were found and how many, as plain values for the result.

    `largest` are the head counts of the largest groups: opinions, and senders that can be told
    apart. No word of an opinion is in it.
    """
    groups, inside = totals(consultation_id)
    confirmed = db.session.scalar(
        select(func.count()).where(
            Campaign.consultation_id == consultation_id,
            Campaign.members > 0,
            Campaign.confirmed_at.is_not(None),
        )
    )
    largest = db.session.execute(
        select(Campaign.members, Campaign.senders)
        .where(Campaign.consultation_id == consultation_id, Campaign.members > 0)
        .order_by(Campaign.members.desc(), Campaign.id.desc())
        .limit(MOST_NAMED)
    )
    looked = search_of(consultation_id)
    return {
        "method": METHOD,
        "threshold": THRESHOLD,
        "least_signs": LEAST_SIGNS,
        "compared": looked.compared if looked else 0,
        "groups": groups,
        "opinions": inside,
        "confirmed": confirmed or 0,
        "largest": [{"opinions": members, "senders": senders} for members, senders in largest],
    }
