"""What removal, restriction and withdrawal share: the locked row, the counters, the destruction."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete

from participation.comments.models import Comment, CommentVersion
from participation.comments.operations.attaching import drop_files_of
from participation.comments.operations.links import forget_links, forget_supports
from participation.comments.operations.series import add_to_released, add_to_tallies, lock_series
from participation.comments.queries import by_number
from participation.comments.rules import Dimension, Outcome, Visibility
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock, erasures
from participation.kernel.db import db
from participation.rulebook.removal import RemovalReason

LEDGER = "comment"
"""The kind of entry that the erasure ledger has for destroyed words."""


def locked(name: str | int, number: int) -> tuple[Consultation, Comment]:
    """A consultation (by slug or id), held exclusively, and one of its opinions as it is now."""
    consultation = lock_exclusive(name)
    lock_series(consultation.id)
    found = by_number(consultation.id, number)
    return consultation, db.session.get_one(Comment, found.id, populate_existing=True)


def hide(comment: Comment, to: Visibility) -> None:
    """Take an opinion from the public and move it to another state, the counters with it."""
    if comment.outcome is not Outcome.WITHDRAWN:
        add_to_tallies(
            comment.consultation_id,
            {(Dimension.VISIBILITY, comment.visibility): -1, (Dimension.VISIBILITY, to): 1},
        )
    if comment.published_at is not None:
        add_to_released(comment.consultation_id, {comment.clause_id: -1})
    comment.visibility, comment.reason_code, comment.published_at = to, None, None
    comment.shown_body = comment.shown_proposed_text = ""


def destroy(comment: Comment, slug: str, reason: RemovalReason, basis: str = "") -> None:
    """Destroy the words and all that names a person; number, place and figures stay.

    The digest of the words goes too: of a short text it could be guessed. Enters the ledger.
    """
    comment.removed_at, comment.removal_reason, comment.removal_basis = clock.now(), reason, basis
    comment.restricted_at = comment.restriction_reason = None
    comment.body = comment.proposed_text = comment.quoted_text = ""
    comment.quoted_at = comment.proposal_kind = None
    comment.said_at_place = ""
    comment.words_digest = secrets.token_hex(32)
    comment.name_sealed = comment.contact_sealed = comment.contact_digest = None
    drop_files_of(comment)
    forget_links(comment)
    forget_supports(comment)
    db.session.execute(delete(CommentVersion).where(CommentVersion.comment_id == comment.id))
    db.session.flush()
    erasures.note(
        LEDGER,
        slug=slug,
        number=comment.number,
        digest=receipt_digest(comment.receipt),
        reason=reason,
    )


def receipt_digest(receipt: str) -> str:
    """What the ledger knows of a receipt: 75 random bits are not guessed from it."""
    return hashlib.sha256(receipt.encode()).hexdigest()
