"""Taking an opinion back: whoever holds its receipt may, until the result is sealed."""

from __future__ import annotations

from participation.comments import rules
from participation.comments.events import CommentWithdrawn
from participation.comments.models import Comment
from participation.comments.operations.outcomes import free_duplicates_of
from participation.comments.operations.series import add_to_released, add_to_tallies, lock_series
from participation.comments.queries import by_receipt
from participation.comments.rules import Dimension, Outcome
from participation.consultations.operations import touch_id
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor
from participation.kernel.db import db
from participation.kernel.events import record


def withdraw(receipt: str, actor: Actor = GUEST) -> Comment:
    """Take an opinion back: nobody is shown it, it stays counted, name and contact are erased.

    What repeated its words stands for itself again. Raises NotFound, or Refused when it is
    withdrawn already or the result is sealed.
    """
    found = by_receipt(receipt)
    consultation = lock_exclusive(found.consultation_id)
    lock_series(consultation.id)
    comment = db.session.get_one(Comment, found.id, populate_existing=True)
    rules.may_withdraw(consultation.stage(clock.now()), comment.outcome).enforce()
    add_to_tallies(
        consultation.id,
        {
            (Dimension.OUTCOME, comment.outcome): -1,
            (Dimension.OUTCOME, Outcome.WITHDRAWN): 1,
            (Dimension.VISIBILITY, comment.visibility): -1,
        },
    )
    if comment.published_at is not None:
        add_to_released(consultation.id, {comment.clause_id: -1})
    comment.outcome, comment.duplicate_of_id = Outcome.WITHDRAWN, None
    comment.withdrawn_at, comment.published_at = clock.now(), None
    comment.shown_body, comment.shown_proposed_text = "", ""
    comment.name_sealed = comment.contact_sealed = None
    db.session.flush()
    free_duplicates_of(actor, comment)
    touch_id(consultation.id)
    record(
        CommentWithdrawn(
            actor=actor,
            consultation_id=consultation.id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
    return comment
