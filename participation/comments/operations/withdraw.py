"""Taking an opinion back: whoever holds its receipt may, until the result is sealed."""

from __future__ import annotations

from participation.comments import rules
from participation.comments.events import CommentWithdrawn
from participation.comments.models import Comment
from participation.comments.operations.erasing import leave_figures
from participation.comments.operations.forget import forget_name_and_contact
from participation.comments.operations.hiding import destroy, hide, locked
from participation.comments.operations.outcomes import free_duplicates_of
from participation.comments.queries import by_receipt
from participation.comments.rules import Visibility
from participation.consultations.operations import touch_id
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.events import record
from participation.rulebook.removal import RemovalReason


def withdraw(receipt: str, actor: Actor = GUEST) -> Comment:
    """Take an opinion back: words, name and contact are destroyed, it stays counted.

    One that is restricted stays locked and kept, without name and contact. What repeated its
    words stands for itself again. Raises NotFound, or Refused when it is withdrawn already or the
    result is sealed.
    """
    found = by_receipt(receipt)
    consultation, comment = locked(found.consultation_id, found.number)
    stage = consultation.stage(clock.now())
    rules.may_withdraw(stage, comment.outcome, comment.visibility).enforce()
    kept = comment.visibility is Visibility.RESTRICTED
    leave_figures(comment)
    comment.withdrawn_at = clock.now()
    if kept:
        forget_name_and_contact(actor, comment, consultation.slug)
    else:
        hide(comment, Visibility.REMOVED)
        destroy(comment, consultation.slug, RemovalReason.AUTHOR_WITHDRAWAL)
    db.session.flush()
    free_duplicates_of(actor, comment)
    touch_id(consultation.id)
    record(
        CommentWithdrawn(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
            kept=kept,
        )
    )
    return comment
