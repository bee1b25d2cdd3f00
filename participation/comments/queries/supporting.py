"""Reading supports: an account's of one opinion, and those an account has given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from participation.comments.models import Comment, CommentSupport
from participation.consultations.models import Consultation
from participation.kernel.db import db
from participation.kernel.paging import PAGE


def support_by_account(comment_id: int, account_id: int) -> CommentSupport | None:
    """An account's support of an opinion, taken back or not."""
    return db.session.scalars(
        select(CommentSupport).where(
            CommentSupport.comment_id == comment_id, CommentSupport.account_id == account_id
        )
    ).one_or_none()


def _given(account_id: int) -> Any:
    return (
        CommentSupport.account_id == account_id,
        CommentSupport.supported_at.is_not(None),
        CommentSupport.withdrawn_at.is_(None),
    )


def supports_of(account_id: int) -> list[Mapping[str, Any]]:
    """The opinions that an account supports, the latest first, at most a page."""
    rows = db.session.execute(
        select(
            Consultation.slug,
            Consultation.title,
            Comment.number,
            Comment.published_at,
            CommentSupport.supported_at,
        )
        .join(Comment, Comment.id == CommentSupport.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(*_given(account_id))
        .order_by(CommentSupport.supported_at.desc(), CommentSupport.id.desc())
        .limit(PAGE)
    )
    return [dict(row._mapping) for row in rows]


def count_supports(account_id: int) -> int:
    """How many opinions an account supports."""
    found = select(func.count()).select_from(CommentSupport).where(*_given(account_id))
    return db.session.scalar(found) or 0
