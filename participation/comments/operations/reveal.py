"""Being shown a name or contact: first the trace is committed, only then is the value opened."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import func, select

from participation.comments import rules
from participation.comments.events import ContactRevealed
from participation.comments.models import Comment, ContactReveal
from participation.comments.operations.erasing import checked_text
from participation.comments.queries import by_number
from participation.comments.rules import ContactField
from participation.consultations.queries import lock_shared
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import after_commit, db
from participation.kernel.errors import Refused
from participation.kernel.events import record
from participation.kernel.verdict import N_

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)


def note_reveal(actor: Actor, slug: str, number: int, field: ContactField, reason: str) -> Comment:
    """Enter that an officer is about to be shown one field of one author, and why.

    The value is not opened here: whoever shows it does so after this transaction's commit. Raises
    Refused for others than the department's officers, for what is locked, and where nothing was
    given; Invalid (field `reason`).
    """
    consultation = lock_shared(slug)
    rules.may_reveal(actor, consultation.department_id).enforce()
    comment = by_number(consultation.id, number)
    rules.may_be_seen(comment.visibility).enforce()
    if sealed_of(comment, field) is None:
        raise Refused(N_("没有填，或者已经删除。"))
    assert actor.id is not None
    text = checked_text(reason, "reason")
    db.session.add(ContactReveal(at=clock.now(), actor_id=actor.id, comment_id=comment.id))
    db.session.flush()
    _warn_of_many(actor.id)
    record(
        ContactRevealed(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=number,
            field=field,
            reason=text,
        )
    )
    return comment


def sealed_of(comment: Comment, field: ContactField) -> bytes | None:
    """The sealed value of a field."""
    return comment.name_sealed if field is ContactField.NAME else comment.contact_sealed


def _warn_of_many(actor_id: int) -> None:
    count = db.session.scalar(
        select(func.count()).where(
            ContactReveal.actor_id == actor_id, ContactReveal.at > clock.now() - HOUR
        )
    )
    if count and count > rules.MOST_REVEALS:
        after_commit(
            lambda: log.warning("account %s was shown %s contacts within an hour", actor_id, count)
        )
