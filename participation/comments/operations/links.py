"""Ending the mailed links of an opinion: without the contact there is nothing to prove."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from participation.comments.models import Comment, ContactConfirmation
from participation.kernel.db import db


def forget_links(comment: Comment) -> None:
    """Delete the links of an opinion."""
    gone: Any = delete(ContactConfirmation).where(ContactConfirmation.comment_id == comment.id)
    db.session.execute(gone)
