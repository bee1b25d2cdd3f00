"""Removing an opinion's words for good: by an officer for a coded reason, or after a restore."""

from __future__ import annotations

from participation.comments import rules
from participation.comments.events import CommentErased, CommentWithdrawn
from participation.comments.masking import mask
from participation.comments.models import Comment, ErasureRequest
from participation.comments.operations.forget import CONTACT_LEDGER, forget_name_and_contact
from participation.comments.operations.hiding import (
    LEDGER,
    destroy,
    hide,
    locked,
    receipt_digest,
)
from participation.comments.operations.series import add_to_tallies
from participation.comments.rules import Dimension, Outcome, Visibility
from participation.consultations.operations import touch_id
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Actor
from participation.kernel.db import db
from participation.kernel.erasures import Entry
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.rulebook.removal import OFFICERS_REASONS, RemovalReason


def erase_comment(
    actor: Actor, slug: str, number: int, reason: RemovalReason, basis: str
) -> Comment:
    """Destroy an opinion's words and names; the row stays with its number, instant and figures.

    `basis` is the legal basis in words, which the public reads; personal data in it is masked.
    Raises Refused for what is locked or gone, Invalid (field `basis` or `reason`).
    """
    consultation, comment = locked(slug, number)
    rules.may_erase(actor, consultation.department_id).enforce()
    rules.may_be_seen(comment.visibility).enforce()
    if reason not in OFFICERS_REASONS:
        raise Invalid(N_("请选择删除的原因。"), field="reason")
    erase(actor, comment, slug, reason, checked_text(basis, "basis"), "officer")
    return comment


def erase(
    actor: Actor, comment: Comment, slug: str, reason: RemovalReason, basis: str, role: str
) -> None:
    """The act itself, on a row that the caller has locked and asked the rules about."""
    hide(comment, Visibility.REMOVED)
    destroy(comment, slug, reason, basis)
    _close_request(comment)
    touch_id(comment.consultation_id)
    record(
        CommentErased(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
            reason=reason,
            role=role,
            basis=basis,
        )
    )


def checked_text(text: str, field: str) -> str:
    """A reason or basis as it is kept: tidy, long enough to say something, nobody named in it."""
    tidy = mask(" ".join(plain(text).split())).text
    if len(tidy) < rules.LEAST_REASON:
        raise Invalid(N_("请至少写 %(least)s 个字。"), {"least": rules.LEAST_REASON}, field)
    if len(tidy) > rules.LONGEST_REASON:
        params = {"most": rules.LONGEST_REASON, "count": len(tidy)}
        raise Invalid(rules.TOO_LONG, params, field)
    return tidy


def replay_entry(entry: Entry) -> bool | None:
    """Erase again what the ledger knows, on a database that is older than it.

    True where something was erased, False where it was gone already, None where there is no such
    opinion. A restriction does not stop it: whoever erased had lifted it.
    """
    try:
        _consultation, comment = locked(entry.slug, entry.number)
    except NotFound:
        return None
    if receipt_digest(comment.receipt) != entry.digest:
        return None
    if entry.kind == CONTACT_LEDGER:
        return forget_name_and_contact(SYSTEM, comment, entry.slug)
    if entry.kind != LEDGER:
        return None
    if comment.visibility is Visibility.REMOVED:
        return False
    reason = RemovalReason(entry.reason)
    if reason is RemovalReason.AUTHOR_WITHDRAWAL:
        _withdraw_again(comment, entry.slug)
    else:
        basis = N_("恢复备份后，按删除台账重新执行")
        erase(SYSTEM, comment, entry.slug, reason, basis, "system")
    return True


def _withdraw_again(comment: Comment, slug: str) -> None:
    if comment.outcome is not Outcome.WITHDRAWN:
        leave_figures(comment)
        comment.withdrawn_at = clock.now()
    hide(comment, Visibility.REMOVED)
    destroy(comment, slug, RemovalReason.AUTHOR_WITHDRAWAL)
    touch_id(comment.consultation_id)
    record(
        CommentWithdrawn(
            actor=SYSTEM,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )


def leave_figures(comment: Comment) -> None:
    """Count an opinion as withdrawn: its outcome moves, its visibility is counted no more."""
    add_to_tallies(
        comment.consultation_id,
        {
            (Dimension.OUTCOME, comment.outcome): -1,
            (Dimension.OUTCOME, Outcome.WITHDRAWN): 1,
            (Dimension.VISIBILITY, comment.visibility): -1,
        },
    )
    comment.outcome, comment.duplicate_of_id = Outcome.WITHDRAWN, None


def _close_request(comment: Comment) -> None:
    request = db.session.get(ErasureRequest, comment.id)
    if request is not None and request.answered_at is None:
        request.answered_at, request.is_granted = clock.now(), True
        db.session.flush()
