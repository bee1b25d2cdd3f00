"""Opinions that many send in versions, and the worker's look at them, by the real operations."""

from __future__ import annotations

from typing import Any

from participation.campaigns import queries
from participation.campaigns.jobs import find_campaigns
from participation.campaigns.models import Campaign
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel.db import db
from tests.factories.comments import a_comment

TEXT = (
    "我们住在桥东片区，支持延长末班公交的时间。晚上九点半以后没有车，下夜班的人只能走四公里回家。"
    "建议把七路车的末班推迟到十一点，冬天也不要提前收班。"
)
VERSIONS = (
    TEXT,
    TEXT.replace("，", ", "),
    f"{TEXT}我家老人上个月摔了一跤。",
    f"我叫石大勇，{TEXT}",
    "".join(reversed([each + "。" for each in TEXT.split("。") if each])),
)


def many_comments(consultation: Consultation, **fields: Any) -> list[Comment]:
    """One opinion for each of the versions, in their order."""
    return [a_comment(consultation, body=body, **fields) for body in VERSIONS]


def the_campaigns(consultation: Consultation) -> list[Campaign]:
    """Look at all opinions as the worker does; the groups there are then, by number."""
    db.session.rollback()
    find_campaigns(consultation.id)
    return list(
        db.session.query(Campaign)
        .filter_by(consultation_id=consultation.id)
        .order_by(Campaign.number)
        .populate_existing()
    )


def numbers_in(campaign: Campaign) -> list[int]:
    """The numbers of a group's opinions on its first page."""
    rows, _following = queries.members_of(campaign)
    return [each.number for each in rows]
