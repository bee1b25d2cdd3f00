"""When the worker is to look, as rows in the outbox: at the close, when due, after changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from participation.adoption import queries, rules
from participation.adoption.operations.holding import CLOSE, SEAL
from participation.consultations.models import Consultation
from participation.consultations.queries import by_slug
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.jobs import enqueue
from participation.kernel.verdict import N_

AGAIN = timedelta(hours=1)
"""How often a publication that was refused is tried anew after its job was given up."""


def schedule(consultation_id: int) -> None:
    """Put the looks at a consultation's close and due date into the outbox, each once.

    The seal is looked for at the close (everything may be answered by then) and at the due
    instant. After an extension the earlier looks find nothing to do.
    """
    consultation = db.session.get_one(Consultation, consultation_id)
    assert consultation.closes_at is not None
    _look(CLOSE, consultation, consultation.closes_at)
    _look(SEAL, consultation, consultation.closes_at)
    schedule_due(consultation)


def schedule_due(consultation: Consultation) -> None:
    """Put the look at the due instant into the outbox."""
    _look(SEAL, consultation, queries.due_of(consultation).at)


def look_again(consultation_id: int, what: str) -> None:
    """Try a refused publication anew in the next hour, whatever becomes of the present job."""
    later = clock.now() + AGAIN
    enqueue(
        what,
        {"consultation_id": consultation_id},
        run_at=later,
        unique_key=f"{what}:{consultation_id}:again:{later:%Y-%m-%dT%H}",
    )


def tell_change(consultation_id: int) -> None:
    """After the close a change may be the last one missing: let the worker look now."""
    consultation = db.session.get_one(Consultation, consultation_id)
    if consultation.stage(clock.now()) in (Stage.CLOSED, Stage.SEALED):
        enqueue(SEAL, {"consultation_id": consultation_id})


def retry_publication(actor: Actor, slug: str) -> None:
    """Let the worker try every refused publication of a consultation now (figures were mended)."""
    consultation = by_slug(slug)
    rules.may_retry(actor, consultation.department_id).enforce()
    holds = queries.holds_of(consultation.id)
    if not holds:
        raise Refused(N_("没有受阻的公布，不用重试。"))
    for hold in holds:
        enqueue(hold.what, {"consultation_id": consultation.id})


def _look(what: str, consultation: Consultation, at: datetime) -> None:
    enqueue(
        what,
        {"consultation_id": consultation.id},
        run_at=at,
        unique_key=f"{what}:{consultation.id}:{at.isoformat()}",
    )
