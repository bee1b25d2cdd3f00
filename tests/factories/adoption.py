"""Points of opinions and their answers, and the worker's looks, by the real operations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from participation.adoption import operations
from participation.adoption.models import OpinionPoint
from participation.adoption.rules import Disposition
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel import clock, jobs
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db, transaction

REASON = "经研究，与第三条的规定一致，写入条文。"


def a_point(
    consultation: Consultation,
    comments: Sequence[Comment],
    disposition: Disposition | str | None = Disposition.ADOPTED,
    *,
    title: str = "路灯开到晚上十一点",
    reason: str = REASON,
    changed_text: str = "",
    clause_key: str | None = None,
    actor: Actor = SYSTEM,
) -> OpinionPoint:
    """A point of these opinions at the present instant, answered unless `disposition` is None."""
    ids, slug = [each.id for each in comments], consultation.slug
    with transaction():
        point = operations.create_point(actor, slug, title, ids, clause_key)
        if disposition is not None:
            operations.decide_point(actor, point.id, disposition, reason, changed_text)
    return point


def run_worker(at: datetime, rounds: int = 5) -> int:
    """Let the worker do what is due at an instant; returns how many jobs it finished."""
    with clock.fixed(at):
        done = sum(jobs.run_due() for _ in range(rounds))
    db.session.rollback()
    return done
