"""Ending the mailed links of an opinion: without the contact there is nothing to prove."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from participation.comments.models import Comment, ContactConfirmation
from participation.kernel.db import db


def forget_links(comment: Comment) -> None:
    """Delete the links of an opinion."""
    gone: Any = delete(ContactConfirmation).where(ContactConfirmation.comment_id == comment.id)
    db.session.execute(gone)


def forget_old_links(until: datetime, most: int) -> int:
    """Delete up to `most` links made before an instant; how many went."""
    due = (
        select(ContactConfirmation.token_hash)
        .where(ContactConfirmation.created_at < until)
        .order_by(ContactConfirmation.token_hash)
        .limit(most)
    )
    gone: Any = db.session.execute(
        delete(ContactConfirmation)
        .where(ContactConfirmation.token_hash.in_(due))
        .execution_options(synchronize_session=False)
    )
    count: int = gone.rowcount
    return count
