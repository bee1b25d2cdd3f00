"""Opinions that were withdrawn, removed, locked or corrected leave their group at once."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from participation.campaigns.models import CampaignMember, CampaignSearch
from participation.campaigns.operations.counting import count_anew
from participation.kernel.db import db


def leave(consultation_id: int, comment_id: int) -> None:
    """Take an opinion out of its group, if it is in one, and have the others looked at again.

    Called with the consultation locked by whoever changed the opinion.
    """
    campaign_id = db.session.scalar(
        select(CampaignMember.campaign_id).where(CampaignMember.comment_id == comment_id)
    )
    if campaign_id is not None:
        db.session.execute(
            delete(CampaignMember)
            .where(CampaignMember.comment_id == comment_id)
            .execution_options(synchronize_session=False)
        )
        count_anew([campaign_id])
    look_again(consultation_id)


def look_again(consultation_id: int) -> None:
    """Note that something changed which the last look saw otherwise."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(CampaignSearch)
        .values(
            consultation_id=consultation_id,
            received=0,
            changes=1,
            seen_changes=0,
            compared=0,
            too_short=0,
            last_number=0,
        )
        .on_conflict_do_update(
            index_elements=["consultation_id"], set_={"changes": CampaignSearch.changes + 1}
        )
    )
