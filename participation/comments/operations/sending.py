"""Taking several opinions in at once: all of them or none, with one receipt for the sending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from participation.comments import rules
from participation.comments.models import Comment, Sending
from participation.comments.operations.submit import (
    SubmittedComment,
    checked_key,
    lock_for_sending,
    take_in,
)
from participation.comments.queries import by_submission_key, sending_by_key
from participation.comments.receipts import new_receipt
from participation.comments.rules import MOST_AT_ONCE
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.verdict import N_


class Sent(NamedTuple):
    """A sending as stored, and whether this act stored it."""

    sending: Sending
    is_new: bool


def submit_sending(actor: Actor, slug: str, key: str, sent: Sequence[SubmittedComment]) -> Sent:
    """Take up to `MOST_AT_ONCE` opinions in, in their order, or none; `key` is the sending's own.

    The same key gives the first sending, at any time. An opinion that was sent alone before, by
    its own key, is not stored again but joins the sending. Raises NotFound and Refused as
    `submit_comment` does; Invalid for what cannot be taken, its field `item-<place>`, from 0.
    """
    checked_key(key)
    consultation, last = lock_for_sending(slug)
    if known := sending_by_key(consultation.id, key):
        return Sent(known, is_new=False)
    rules.may_submit(consultation.stage(clock.now())).enforce()
    if not sent:
        raise Invalid(N_("还没有写好的意见。"))
    if len(sent) > MOST_AT_ONCE:
        raise Invalid(N_("一次最多提交 %(most)s 条，请分几次提交。"), {"most": MOST_AT_ONCE})
    sending = Sending(
        consultation_id=consultation.id,
        code=new_receipt(),
        submission_key=key,
        created_at=clock.now(),
    )
    db.session.add(sending)
    db.session.flush()
    for place, one in enumerate(sent):
        comment = _taken(actor, consultation, last, one, place)
        last = max(last, comment.number)
        comment.sending_id = sending.id
    db.session.flush()
    return Sent(sending, is_new=True)


def _taken(
    actor: Actor, consultation: Consultation, last: int, one: SubmittedComment, place: int
) -> Comment:
    try:
        known = by_submission_key(consultation.id, checked_key(one.submission_key))
        return known or take_in(actor, consultation, last + 1, one)
    except Invalid as error:
        raise Invalid(error.reason, error.params, f"item-{place}") from error
