"""What is due to be published, and what is held back because the figures do not add up."""

from __future__ import annotations

import logging

from sqlalchemy import delete, select, update

from participation.adoption import queries, rules
from participation.adoption.events import PublicationRefused, PublicationResumed
from participation.adoption.models import AdoptionSummary, Bulletin, PublicationHold
from participation.adoption.rules import SealingCause
from participation.consultations.models import Consultation
from participation.consultations.operations import touch
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.events import record
from participation.kernel.jobs import Job, JobState
from participation.kernel.verdict import Verdict

log = logging.getLogger(__name__)

CLOSE, SEAL = "adoption.close", "adoption.seal"
"""The kinds of jobs that publish."""


class FiguresDisagree(Refused):
    """The figures do not add up, so nothing is published."""


def bulletin_is_due(consultation: Consultation) -> bool:
    """Whether the window is closed and the bulletin not out yet."""
    if not rules.may_show_result(consultation.stage(clock.now())):
        return False
    known = select(Bulletin.consultation_id).where(Bulletin.consultation_id == consultation.id)
    return db.session.scalar(known) is None


def sealing_cause_of(
    consultation: Consultation, last: AdoptionSummary | None
) -> SealingCause | None:
    """Why the next version is to be sealed now, or None; `last` is the latest one there is."""
    now = clock.now()
    stage = consultation.stage(now)
    if not rules.may_show_result(stage):
        return None
    figures = queries.kept_figures(consultation.id)
    return rules.sealing_cause(
        stage,
        now,
        queries.due_of(consultation).at,
        figures.pending,
        figures.received,
        last.pending if last else None,
        last.received if last else None,
    )


def require_agreement(consultation: Consultation) -> None:
    """Count everything anew; log an error and raise FiguresDisagree unless it all agrees."""
    verdict = queries.agreement(consultation.id)
    if not verdict:
        error = FiguresDisagree(verdict.reason, verdict.params)
        log.error("publication of %s refused: %s", consultation.slug, error)
        raise error


def hold_publication(consultation_id: int, what: str) -> Verdict:
    """Note that a publication that is due was refused, as long as it still is; returns why.

    Called after an attempt failed, in a transaction of its own: what the attempt did is undone.
    """
    consultation = lock_exclusive(consultation_id)
    verdict = queries.agreement(consultation.id)
    if verdict or not _is_due(consultation, what):
        return verdict
    now = clock.now()
    known = db.session.get(PublicationHold, (consultation.id, what))
    if known is None:
        known = PublicationHold(consultation_id=consultation.id, what=what, since=now)
        db.session.add(known)
        touch(consultation)
        record(PublicationRefused(consultation_id=consultation.id, what=what))
    known.reason, known.params = verdict.reason, dict(verdict.params)
    known.last_tried_at = now
    db.session.flush()
    return verdict


def _is_due(consultation: Consultation, what: str) -> bool:
    if what == CLOSE:
        return bulletin_is_due(consultation)
    return sealing_cause_of(consultation, queries.latest_summary(consultation.id)) is not None


def release_hold(consultation_id: int, what: str) -> None:
    """Forget the hold, and the attempts that were given up, once the publication is out."""
    gone = db.session.execute(
        delete(PublicationHold).where(
            PublicationHold.consultation_id == consultation_id, PublicationHold.what == what
        )
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        return
    db.session.execute(
        update(Job)
        .where(
            Job.kind == what,
            Job.state == JobState.DEAD,
            Job.payload["consultation_id"].as_integer() == consultation_id,
        )
        .values(state=JobState.DONE, done_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    record(PublicationResumed(consultation_id=consultation_id, what=what))
