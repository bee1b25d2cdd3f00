"""What organisations hold on an account, as plain values for its owner (PIPL art. 45)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.accounts.portable import iso
from participation.kernel.db import db
from participation.organisations.models import JointDraft, JointOpinion, Membership


def held_on(account_id: int) -> Mapping[str, Any]:
    """Memberships, and the unsent opinions whose words are the account's; instants in UTC."""
    places = db.session.scalars(
        select(Membership)
        .where(Membership.user_id == account_id)
        .options(joinedload(Membership.organisation))
        .order_by(Membership.id)
    )
    written = db.session.scalars(
        select(JointOpinion)
        .where(JointOpinion.written_by_id == account_id)
        .options(joinedload(JointOpinion.draft).joinedload(JointDraft.consultation))
        .order_by(JointOpinion.id)
    )
    return {
        "organisations": [
            {
                "name": each.organisation.name,
                "kind": each.organisation.kind.value,
                "part": each.part.value,
                "joined_at": iso(each.joined_at),
            }
            for each in places
        ],
        "joint_opinions": [_opinion(each) for each in written],
    }


def _opinion(found: JointOpinion) -> dict[str, Any]:
    return {
        "consultation": found.draft.consultation.slug,
        "clause": found.clause_key,
        "stance": found.stance.value,
        "body": found.body,
        "quoted_text": found.quoted_text,
        "proposal_kind": found.proposal_kind.value if found.proposal_kind else None,
        "proposed_text": found.proposed_text,
        "written_at": iso(found.written_at),
    }
