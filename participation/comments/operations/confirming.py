"""Proving that a contact is the author's: a mailed link, whose page asks for a press.

Opening the link changes nothing: mail programs open links by themselves. The link's secret is not
kept: it is made again from the row, by the platform's key, when the mail is written.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import func, select

from participation.comments import rules
from participation.comments.events import (
    ConfirmationAsked,
    ContactConfirmed,
    ContactDisowned,
)
from participation.comments.models import Comment, ContactConfirmation
from participation.comments.operations.forget import forget_name_and_contact
from participation.comments.operations.hiding import locked
from participation.comments.operations.series import add_to_tallies
from participation.comments.queries import by_receipt
from participation.comments.rules import Dimension, Standing
from participation.consultations.operations import touch_id
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.events import record
from participation.kernel.vault import blind_index


def new_confirmation(comment: Comment) -> None:
    """Let the author of an opinion prove the contact from now on, for `rules.CONFIRM_WITHIN`."""
    made = ContactConfirmation(comment_id=comment.id, created_at=clock.now(), token_hash="")
    made.token_hash = _hash(_token(made.comment_id, made.created_at))
    db.session.merge(made)
    db.session.flush()


def pending_token(comment_id: int) -> str | None:
    """The secret of the newest link that can still be used; None where there is none."""
    row = db.session.scalars(
        select(ContactConfirmation)
        .where(
            ContactConfirmation.comment_id == comment_id,
            ContactConfirmation.used_at.is_(None),
            ContactConfirmation.created_at > clock.now() - rules.CONFIRM_WITHIN,
        )
        .order_by(ContactConfirmation.created_at.desc())
        .limit(1)
    ).one_or_none()
    return _token(row.comment_id, row.created_at) if row else None


def asked_by(token: str) -> ContactConfirmation:
    """The link of a secret; raise NotFound where there is none, or its time is over."""
    found = db.session.get(ContactConfirmation, _hash(token))
    if found is None or found.created_at <= clock.now() - rules.CONFIRM_WITHIN:
        raise NotFound("confirmation")
    return found


def ask_again(receipt: str, actor: Actor = GUEST) -> None:
    """Send another link to the contact; raise Refused where there is nothing to prove."""
    found = by_receipt(receipt)
    consultation, comment = locked(found.consultation_id, found.number)
    asked = db.session.scalar(
        select(func.count())
        .select_from(ContactConfirmation)
        .where(ContactConfirmation.comment_id == comment.id)
    )
    rules.may_ask_confirmation(
        comment.standing, has_contact=comment.contact_sealed is not None, asked=asked or 0
    ).enforce()
    new_confirmation(comment)
    record(
        ConfirmationAsked(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
        )
    )


def confirm_contact(token: str, actor: Actor = GUEST) -> Comment:
    """The contact is its author's; a second press changes nothing. Raises NotFound."""
    link = asked_by(token)
    consultation, comment = locked(link.comment.consultation_id, link.comment.number)
    if link.used_at is None and comment.standing is Standing.UNCONFIRMED:
        if comment.contact_sealed is None:
            raise NotFound("contact")
        move_standing(comment, Standing.CONFIRMED)
        comment.contact_confirmed_at = clock.now()
        touch_id(consultation.id)
        record(
            ContactConfirmed(
                actor=actor,
                consultation_id=consultation.id,
                comment_id=comment.id,
                number=comment.number,
            )
        )
    link.used_at = link.used_at or clock.now()
    db.session.flush()
    return comment


def disown_contact(token: str, actor: Actor = GUEST) -> Comment:
    """Whoever has the mail address did not send the opinion: it is forgotten, the words stay.

    Raises NotFound where the link is used already.
    """
    link = asked_by(token)
    consultation, comment = locked(link.comment.consultation_id, link.comment.number)
    if link.used_at is not None:
        raise NotFound("confirmation")
    link.used_at = clock.now()
    forget_name_and_contact(actor, comment, consultation.slug)
    record(
        ContactDisowned(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
    return comment


def move_standing(comment: Comment, to: Standing) -> None:
    """Change how an author is known, the counters with it."""
    add_to_tallies(
        comment.consultation_id,
        {(Dimension.STANDING, comment.standing): -1, (Dimension.STANDING, to): 1},
    )
    comment.standing = to


def _token(comment_id: int, created_at: datetime) -> str:
    return blind_index(f"{comment_id}:{created_at.isoformat()}", "confirmation")[:40]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
