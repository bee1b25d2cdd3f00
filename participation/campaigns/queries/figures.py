"""How many groups there are, and what the result prints about how they were found."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Label, Row, String, and_, cast, func, select

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


def printed_columns(consultation_id: int) -> list[Label[Any]]:
    """What `printed` reads, as parts of a larger statement: the result has six to spend."""
    here = and_(Campaign.consultation_id == consultation_id, Campaign.members > 0)
    largest = (
        select(Campaign.members, Campaign.senders)
        .where(here)
        .order_by(Campaign.members.desc(), Campaign.id.desc())
        .limit(MOST_NAMED)
        .subquery()
    )
    heads = cast(largest.c.members, String) + ":" + cast(largest.c.senders, String)
    parts = {
        "compared": select(CampaignSearch.compared).where(
            CampaignSearch.consultation_id == consultation_id
        ),
        "groups": select(func.count(Campaign.id)).where(here),
        "inside": select(func.sum(Campaign.members)).where(here),
        "confirmed": select(func.count(Campaign.confirmed_at)).where(here),
        "largest": select(func.aggregate_strings(heads, ",")),
    }
    return [part.scalar_subquery().label(f"campaign_{name}") for name, part in parts.items()]


def printed(row: Row[Any]) -> dict[str, Any]:
    """How near-duplicates were found and how many, as plain values for the result.

    `compared` is how many opinions were, `largest` are the head counts of the largest groups:
    opinions, and senders that can be told apart. No word of an opinion is in it.
    """
    heads = [each.split(":") for each in (row.campaign_largest or "").split(",") if each]
    pairs = sorted(((int(members), int(senders)) for members, senders in heads), reverse=True)
    return {
        "method": METHOD,
        "threshold": THRESHOLD,
        "least_signs": LEAST_SIGNS,
        "precision": PRECISION,
        "recall": RECALL,
        "compared": row.campaign_compared or 0,
        "groups": row.campaign_groups,
        "opinions": int(row.campaign_inside or 0),
        "confirmed": row.campaign_confirmed,
        "largest": [{"opinions": members, "senders": senders} for members, senders in pairs],
    }


def published(consultation_id: int) -> dict[str, Any]:
    """The same, read in a statement of its own."""
    return printed(db.session.execute(select(*printed_columns(consultation_id))).one())
