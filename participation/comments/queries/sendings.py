"""Several opinions of one sending, and those of one contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.comments.models import Comment, CommentVersion, Sending
from participation.comments.receipts import read_receipt
from participation.comments.rules import Outcome
from participation.kernel.db import db
from participation.kernel.errors import NotFound

MOST_LISTED = 50


def sending_by_key(consultation_id: int, key: str) -> Sending | None:
    """The sending that was already taken in with this key, if any."""
    return db.session.scalars(
        select(Sending).where(
            Sending.consultation_id == consultation_id, Sending.submission_key == key
        )
    ).one_or_none()


def sending_by_code(code: str) -> Sending:
    """The sending of a receipt code, however it was typed; raise NotFound where there is none."""
    receipt = read_receipt(code)
    found = (
        receipt
        and db.session.scalars(
            select(Sending).where(Sending.code == receipt).options(joinedload(Sending.consultation))
        ).one_or_none()
    )
    if not found:
        raise NotFound("sending")
    return found


def comments_of(sending_id: int) -> Sequence[Comment]:
    """The opinions of a sending in their order, with what they are on; one statement."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.sending_id == sending_id)
        .options(joinedload(Comment.clause), joinedload(Comment.document))
        .order_by(Comment.number)
    ).all()


def corrected_among(ids: Sequence[int], since: datetime) -> bool:
    """Whether an author has corrected one of these opinions since an instant."""
    found = select(Comment.id).where(Comment.id.in_(ids), Comment.corrected_at > since)
    return db.session.scalars(found.limit(1)).first() is not None


def versions_of(comment_id: int) -> Sequence[CommentVersion]:
    """The words that an opinion's author replaced, the first ones first."""
    return db.session.scalars(
        select(CommentVersion)
        .where(CommentVersion.comment_id == comment_id)
        .order_by(CommentVersion.version)
    ).all()


def of_contact(digest: str) -> Sequence[Comment]:
    """The latest opinions sent with a contact, by its digest; what was withdrawn is left out."""
    return db.session.scalars(
        select(Comment)
        .where(Comment.contact_digest == digest, Comment.outcome != Outcome.WITHDRAWN)
        .options(joinedload(Comment.consultation))
        .order_by(Comment.received_at.desc(), Comment.id.desc())
        .limit(MOST_LISTED)
    ).all()
