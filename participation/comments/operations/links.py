"""Ending what hangs on an opinion: mailed links without a contact, supporters without words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from participation.comments.models import Comment, CommentSupport, ContactConfirmation
from participation.kernel.db import db


def forget_links(comment: Comment) -> None:
    """Delete the links of an opinion."""
    gone: Any = delete(ContactConfirmation).where(ContactConfirmation.comment_id == comment.id)
    db.session.execute(gone)


def forget_supports(comment: Comment) -> None:
    """Delete who supports an opinion whose words are destroyed."""
    gone: Any = delete(CommentSupport).where(CommentSupport.comment_id == comment.id)
    db.session.execute(gone)
    comment.supporters = 0
