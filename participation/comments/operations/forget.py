"""Deleting names and contacts; words, numbers and figures stay as they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, update

from participation.comments.events import ContactsForgotten
from participation.comments.models import Comment
from participation.kernel.db import db
from participation.kernel.events import record


def forget_contacts(consultation_id: int) -> int:
    """Delete all sealed names and contacts of a consultation; returns of how many opinions."""
    forgotten: Any = db.session.execute(
        update(Comment)
        .where(
            Comment.consultation_id == consultation_id,
            or_(Comment.name_sealed.is_not(None), Comment.contact_sealed.is_not(None)),
        )
        .values(name_sealed=None, contact_sealed=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    count: int = forgotten.rowcount
    record(ContactsForgotten(consultation_id=consultation_id, count=count))
    return count
