"""Deleting names and contacts; words, numbers and figures stay as they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select, update

from participation.comments.events import ContactForgotten, ContactsForgotten
from participation.comments.models import Comment, CommentSupport
from participation.comments.operations.hiding import receipt_digest
from participation.comments.operations.links import forget_links
from participation.kernel import erasures
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.events import record

CONTACT_LEDGER = "contact"
"""The kind of entry that the erasure ledger has for a deleted name and contact."""


def forget_contacts(consultation_id: int) -> int:
    """Delete all sealed names and contacts of a consultation; returns of how many opinions.

    Nothing goes into the erasure ledger: what is due by the calendar is due again after a restore.
    """
    forgotten: Any = db.session.execute(
        update(Comment)
        .where(
            Comment.consultation_id == consultation_id,
            or_(Comment.name_sealed.is_not(None), Comment.contact_sealed.is_not(None)),
        )
        .values(name_sealed=None, contact_sealed=None, contact_digest=None)
        .execution_options(synchronize_session=False)
    )
    # Who supported with an address can no longer be told from others, and need not be.
    db.session.execute(
        update(CommentSupport)
        .where(
            CommentSupport.comment_id.in_(
                select(Comment.id).where(Comment.consultation_id == consultation_id)
            )
        )
        .values(contact_digest=None, contact_sealed=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    count: int = forgotten.rowcount
    record(ContactsForgotten(consultation_id=consultation_id, count=count))
    return count


def forget_name_and_contact(actor: Actor, comment: Comment, slug: str) -> bool:
    """Delete one opinion's name and contact, a locked row's too; whether there was any."""
    if comment.name_sealed is None and comment.contact_sealed is None:
        return False
    comment.name_sealed = comment.contact_sealed = comment.contact_digest = None
    forget_links(comment)
    db.session.flush()
    digest = receipt_digest(comment.receipt)
    erasures.note(CONTACT_LEDGER, slug=slug, number=comment.number, digest=digest)
    record(
        ContactForgotten(
            actor=actor,
            consultation_id=comment.consultation_id,
            comment_id=comment.id,
            number=comment.number,
        )
    )
    return True
