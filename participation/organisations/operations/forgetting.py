"""Forgetting what serves nothing more: words that were never sent, invitations that ran out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from participation.consultations.models import Consultation
from participation.kernel.db import db
from participation.kernel.events import record
from participation.organisations import queries, rules
from participation.organisations.events import JointDraftsForgotten
from participation.organisations.models import Invitation, JointDraft, JointOpinion
from participation.organisations.operations.founding import destroy


def forget_unsent(now: datetime, most: int) -> int:
    """Destroy up to `most` opinions that were never sent, thirty days after the close."""
    ids = db.session.scalars(queries.unsent_due(now).limit(most)).all()
    if not ids:
        return 0
    destroy(JointOpinion, JointOpinion.id.in_(ids))
    closed = select(Consultation.id).where(Consultation.closes_at <= now - rules.UNSENT_KEPT)
    destroy(
        JointDraft,
        JointDraft.sending_id.is_(None)
        & JointDraft.consultation_id.in_(closed)
        & JointDraft.id.not_in(select(JointOpinion.draft_id)),
    )
    record(JointDraftsForgotten(count=len(ids)))
    return len(ids)


def forget_invitations(now: datetime, most: int) -> int:
    """Delete up to `most` invitations that ran out, with the addresses they went to."""
    due = select(Invitation.id).where(queries.invitations_due(now)).order_by(Invitation.id)
    ids = db.session.scalars(due.limit(most)).all()
    if ids:
        destroy(Invitation, Invitation.id.in_(ids))
    return len(ids)
