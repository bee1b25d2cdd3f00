"""How many groups there are, and what the result prints about how they were found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, func, select

from participation.campaigns.models import Campaign, CampaignSearch
from participation.campaigns.rules import (
    LEAST_SIGNS,
    METHOD,
    MOST_NAMED,
    PRECISION,
    RECALL,
    THRESHOLD,
)
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
    """How near-duplicates were found and how many, as plain values for the result; one statement.

    `compared` is how many opinions were, `largest` are the head counts of the largest groups:
    opinions, and senders that can be told apart. No word of an opinion is in it.
    """
    rows = db.session.execute(
        select(
            CampaignSearch.compared,
            Campaign.members,
            Campaign.senders,
            func.count(Campaign.id).over().label("groups"),
            func.sum(Campaign.members).over().label("inside"),
            func.count(Campaign.confirmed_at).over().label("confirmed"),
        )
        .outerjoin(
            Campaign,
            and_(Campaign.consultation_id == CampaignSearch.consultation_id, Campaign.members > 0),
        )
        .where(CampaignSearch.consultation_id == consultation_id)
        .order_by(Campaign.members.desc(), Campaign.id.desc())
        .limit(MOST_NAMED)
    ).all()
    first = rows[0] if rows else None
    return {
        "method": METHOD,
        "threshold": THRESHOLD,
        "least_signs": LEAST_SIGNS,
        "precision": PRECISION,
        "recall": RECALL,
        "compared": first.compared if first else 0,
        "groups": first.groups if first else 0,
        "opinions": int(first.inside or 0) if first else 0,
        "confirmed": first.confirmed if first else 0,
        "largest": [
            {"opinions": row.members, "senders": row.senders} for row in rows if row.members
        ],
    }
