"""What a person says about a group: confirmed, an opinion taken out, put back, look again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from participation.campaigns import queries, rules
from participation.campaigns.events import (
    CampaignConfirmed,
    PutBackIntoCampaign,
    TakenOutOfCampaign,
)
from participation.campaigns.models import Campaign, CampaignMember
from participation.campaigns.operations.counting import count_anew
from participation.campaigns.operations.finding import plan_search
from participation.campaigns.operations.leaving import look_again
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_


def confirm(actor: Actor, slug: str, number: int, seen: int) -> Campaign:
    """Say that the opinions of a group belong together; the worker moves none of them any more.

    `seen` is how many there were on the page: raises Refused where it has changed since.
    """
    _consultation, campaign = _locked(actor, slug, number)
    rules.may_confirm(campaign.members, seen).enforce()
    campaign.confirmed_at, campaign.confirmed_by_id = clock.now(), actor.id
    db.session.flush()
    _tell(CampaignConfirmed, actor, campaign, campaign.members)
    return campaign


def take_out(actor: Actor, slug: str, number: int, comment_ids: Sequence[int]) -> int:
    """Take opinions out of a group, for good; returns how many were in it."""
    _consultation, campaign = _locked(actor, slug, number)
    return _mark(
        TakenOutOfCampaign,
        actor,
        campaign,
        comment_ids,
        CampaignMember.taken_out_at.is_(None),
        {"taken_out_at": clock.now(), "taken_out_by_id": actor.id},
    )


def put_back(actor: Actor, slug: str, number: int, comment_ids: Sequence[int]) -> int:
    """Undo a taking out; returns how many were put back."""
    _consultation, campaign = _locked(actor, slug, number)
    return _mark(
        PutBackIntoCampaign,
        actor,
        campaign,
        comment_ids,
        CampaignMember.taken_out_at.is_not(None),
        {"taken_out_at": None, "taken_out_by_id": None},
    )


def ask_for_search(actor: Actor, slug: str) -> None:
    """Have the worker look through all opinions now; a second click changes nothing."""
    consultation = lock_exclusive(slug)
    stage = consultation.stage(clock.now())
    rules.may_arrange(actor, stage, consultation.department_id).enforce()
    last = queries.received(consultation.id)
    minute = clock.now().strftime("%Y%m%d%H%M")
    plan_search(consultation.id, f"{consultation.id}:asked:{last}:{minute}")


def _locked(actor: Actor, slug: str, number: int) -> tuple[Consultation, Campaign]:
    consultation = lock_exclusive(slug)
    stage = consultation.stage(clock.now())
    rules.may_arrange(actor, stage, consultation.department_id).enforce()
    campaign = queries.by_number(consultation.id, number)
    db.session.refresh(campaign)
    return consultation, campaign


def _mark(
    told: Any,
    actor: Actor,
    campaign: Campaign,
    comment_ids: Sequence[int],
    before: Any,
    values: dict[str, Any],
) -> int:
    ids = sorted(set(comment_ids))
    if not ids:
        raise Invalid(N_("请先勾选意见。"), field="selected")
    changed: Any = db.session.execute(
        update(CampaignMember)
        .where(
            CampaignMember.campaign_id == campaign.id, CampaignMember.comment_id.in_(ids), before
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    count: int = changed.rowcount
    if count:
        count_anew([campaign.id])
        look_again(campaign.consultation_id)
        _tell(told, actor, campaign, count)
        db.session.refresh(campaign)
    return count


def _tell(told: Any, actor: Actor, campaign: Campaign, members: int) -> None:
    record(
        told(
            actor=actor,
            consultation_id=campaign.consultation_id,
            campaign_id=campaign.id,
            number=campaign.number,
            members=members,
        )
    )
