"""Reading joint drafts: what waits, what was sent, what was never sent and is due to go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel.db import db
from participation.organisations.models import JointDraft, JointOpinion
from participation.organisations.rules import UNSENT_KEPT


class DraftRow(NamedTuple):
    """A joint draft in a list, with how many opinions wait in it."""

    draft: JointDraft
    opinions: int


def unsent_draft(organisation_id: int, consultation_id: int) -> JointDraft | None:
    """The draft that waits, where one was begun."""
    return db.session.scalars(
        select(JointDraft).where(
            JointDraft.organisation_id == organisation_id,
            JointDraft.consultation_id == consultation_id,
            JointDraft.sending_id.is_(None),
        )
    ).one_or_none()


def draft_by_key(organisation_id: int, key: str) -> JointDraft | None:
    """A draft of the organisation by its sending's key, sent or not."""
    return db.session.scalars(
        select(JointDraft)
        .where(JointDraft.organisation_id == organisation_id, JointDraft.submission_key == key)
        .options(joinedload(JointDraft.sending))
    ).one_or_none()


def sent_drafts(organisation_id: int, consultation_id: int) -> list[DraftRow]:
    """What was sent, the latest first, with how many opinions each sending has."""
    count = (
        select(func.count())
        .where(Comment.sending_id == JointDraft.sending_id)
        .correlate(JointDraft)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(JointDraft, count)
        .where(
            JointDraft.organisation_id == organisation_id,
            JointDraft.consultation_id == consultation_id,
            JointDraft.sending_id.is_not(None),
        )
        .options(joinedload(JointDraft.sending))
        .order_by(JointDraft.id.desc())
    )
    return [DraftRow(draft, opinions) for draft, opinions in rows]


def drafts_of(organisation_id: int) -> list[DraftRow]:
    """All drafts of an organisation, those that wait first; one statement."""
    count = (
        select(func.count())
        .where(JointOpinion.draft_id == JointDraft.id)
        .correlate(JointDraft)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(JointDraft, count)
        .where(JointDraft.organisation_id == organisation_id)
        .options(joinedload(JointDraft.consultation), joinedload(JointDraft.sending))
        .order_by(JointDraft.sending_id.is_not(None), JointDraft.id.desc())
    )
    return [DraftRow(draft, opinions) for draft, opinions in rows]


def opinions_of(draft_id: int) -> Sequence[JointOpinion]:
    """The opinions of a draft in the order in which they were begun."""
    return db.session.scalars(
        select(JointOpinion).where(JointOpinion.draft_id == draft_id).order_by(JointOpinion.id)
    ).all()


def opinion_by_key(draft_id: int, key: str) -> JointOpinion | None:
    """One opinion of a draft by its key."""
    return db.session.scalars(
        select(JointOpinion).where(
            JointOpinion.draft_id == draft_id, JointOpinion.submission_key == key
        )
    ).one_or_none()


def state_of(opinions: Sequence[JointOpinion]) -> str:
    """What tells a list that was looked over from one that was changed since; hex digits."""
    seen = ",".join(f"{each.submission_key}:{each.version}" for each in opinions)
    return hashlib.sha256(seen.encode()).hexdigest()[:32]


def unsent_due(now: datetime) -> Select[int]:
    """The ids of opinions that were never sent, long enough after the close."""
    return (
        select(JointOpinion.id)
        .join(JointDraft, JointDraft.id == JointOpinion.draft_id)
        .join(Consultation, Consultation.id == JointDraft.consultation_id)
        .where(JointDraft.sending_id.is_(None), Consultation.closes_at <= now - UNSENT_KEPT)
        .order_by(JointOpinion.id)
    )
