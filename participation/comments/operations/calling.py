"""A call that proves a telephone: an officer enters it, and takes a wrong entry back."""

from __future__ import annotations

from participation.comments import rules
from participation.comments.events import CallTakenBack, ContactConfirmedByCall
from participation.comments.models import Comment
from participation.comments.operations.confirming import move_standing
from participation.comments.operations.hiding import locked
from participation.comments.portable import has_phone
from participation.comments.rules import Standing
from participation.consultations.operations import touch_id
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.events import record


def confirm_by_call(actor: Actor, slug: str, number: int) -> Comment:
    """The author was reached at the telephone given, and says that the opinion is theirs.

    Raises Refused for others than the department's officers, and where there is no number to prove.
    """
    consultation, comment = locked(slug, number)
    rules.may_confirm_by_call(actor, consultation.department_id).enforce()
    _check(comment, is_proved=False)
    move_standing(comment, Standing.CONFIRMED)
    comment.contact_confirmed_at = clock.now()
    return _changed(comment, ContactConfirmedByCall, actor)


def take_call_back(actor: Actor, slug: str, number: int) -> Comment:
    """The telephone is not proved after all; raises Refused as `confirm_by_call` does."""
    consultation, comment = locked(slug, number)
    rules.may_confirm_by_call(actor, consultation.department_id).enforce()
    _check(comment, is_proved=True)
    move_standing(comment, Standing.UNCONFIRMED)
    comment.contact_confirmed_at = None
    return _changed(comment, CallTakenBack, actor)


def _check(comment: Comment, *, is_proved: bool) -> None:
    rules.is_provable(
        comment.standing, comment.visibility, has_phone=has_phone(comment), is_proved=is_proved
    ).enforce()


def _changed(
    comment: Comment, event: type[ContactConfirmedByCall | CallTakenBack], actor: Actor
) -> Comment:
    db.session.flush()
    touch_id(comment.consultation_id)
    record(
        event(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
    return comment
