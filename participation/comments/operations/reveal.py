"""Being shown a name or contact: first the trace is committed, only then is the value opened."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import func, insert, literal, select

from participation.comments import rules
from participation.comments.events import ContactRevealed, NamesRevealed
from participation.comments.models import Comment, ContactReveal
from participation.comments.operations.erasing import checked_text
from participation.comments.queries import by_number
from participation.comments.rules import HIDDEN, ContactField, RespondentKind
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_shared
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import Instant, after_commit, db
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


def note_names(actor: Actor, consultation: Consultation, reason: str) -> int:
    """Enter that an officer is about to be shown the names of all persons who wrote, and why.

    Each counts as one reveal; how many there are. For `papers`, which holds the consultation
    locked. Raises Refused for others than the department's officers; Invalid (field `reason`).
    """
    rules.may_reveal(actor, consultation.department_id).enforce()
    assert actor.id is not None
    text = checked_text(reason, "reason")
    named = select(literal(clock.now(), Instant()), literal(actor.id), Comment.id).where(
        Comment.consultation_id == consultation.id,
        Comment.respondent_kind == RespondentKind.PERSON,
        Comment.name_sealed.is_not(None),
        Comment.visibility.not_in(HIDDEN),
    )
    count = db.session.scalar(select(func.count()).select_from(named.subquery())) or 0
    db.session.execute(insert(ContactReveal).from_select(["at", "actor_id", "comment_id"], named))
    _warn_of_many(actor.id)
    record(NamesRevealed(actor=actor, consultation_id=consultation.id, count=count, reason=text))
    return count


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
