"""Locking what the law still wants kept: hidden from everybody, used for nothing, not erased."""

from __future__ import annotations

from participation.comments import rules
from participation.comments.events import CommentRestricted, CommentUnrestricted
from participation.comments.models import Comment
from participation.comments.operations.erasing import erase
from participation.comments.operations.hiding import hide, locked
from participation.comments.rules import Outcome, Visibility
from participation.consultations.operations import touch_id
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.events import record
from participation.kernel.verdict import N_, provided
from participation.rulebook.removal import RemovalReason, RestrictionReason


def restrict(actor: Actor, slug: str, number: int, reason: RestrictionReason) -> Comment:
    """Hide and lock an opinion: no display, no reveal, no answer, no erasure."""
    consultation, comment = locked(slug, number)
    rules.may_restrict(actor, consultation.department_id).enforce()
    rules.may_be_seen(comment.visibility).enforce()
    lock_words(actor, comment, reason)
    return comment


def lock_words(actor: Actor, comment: Comment, reason: RestrictionReason) -> None:
    """The act itself, on a row that the caller has locked and asked the rules about."""
    hide(comment, Visibility.RESTRICTED)
    comment.restricted_at, comment.restriction_reason = clock.now(), reason
    db.session.flush()
    touch_id(comment.consultation_id)
    record(
        CommentRestricted(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
            reason=reason,
        )
    )


def unrestrict(actor: Actor, slug: str, number: int) -> Comment:
    """Lift the lock; the opinion is looked at anew before the public sees it.

    One that its author has withdrawn meanwhile is erased, as a withdrawal promises.
    """
    consultation, comment = locked(slug, number)
    rules.may_restrict(actor, consultation.department_id).enforce()
    provided(comment.visibility is Visibility.RESTRICTED, N_("这条意见没有限制处理。")).enforce()
    unlock(actor, comment)
    if comment.outcome is Outcome.WITHDRAWN:
        erase(actor, comment, slug, RemovalReason.AUTHOR_WITHDRAWAL, "", "author")
    return comment


def unlock(actor: Actor, comment: Comment) -> None:
    """Lift the lock of a row that the caller has locked and asked the rules about."""
    hide(comment, Visibility.WAITING)
    comment.restricted_at = comment.restriction_reason = None
    db.session.flush()
    record(
        CommentUnrestricted(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
