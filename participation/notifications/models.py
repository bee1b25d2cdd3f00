"""Tables of following: an address, what it follows, what happened, and what is still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.consultations.models import Consultation, words
from participation.kernel.db import Base, Document, Instant
from participation.kernel.sealing import sealed_info
from participation.notifications.rules import News, Pace

NEVER_AGAIN = {"sqlite_autoincrement": True}
"""Links of old letters and keys of jobs name rows by id: a deleted one's is given to no other."""


class Follower(Base):
    """One confirmed address. `digest` finds it again, `stop_key` can unsubscribe it and no more."""

    __tablename__ = "follower"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    address_sealed: Mapped[bytes] = mapped_column(
        LargeBinary, info=sealed_info("follower.address", "stop_key")
    )
    stop_key: Mapped[str] = mapped_column(String(40), unique=True)
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    pace: Mapped[Pace] = mapped_column(words(Pace), default=Pace.EACH)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Up to when digests were made; the next is due at the first 8:00 after it.
    digested_at: Mapped[datetime] = mapped_column(Instant)

    subscriptions: Mapped[list[Subscription]] = relationship(
        order_by="Subscription.id", cascade="all, delete-orphan", passive_deletes=True
    )


class Subscription(Base):
    """What an address follows; `subject` as `rules.Subject` writes it."""

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("follower_id", "subject"),
        Index("ix_subscription_subject_follower_id", "subject", "follower_id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("follower.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(40))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)


class FollowRequest(Base):
    """Somebody asked for an address to follow something, or for its own page; not yet confirmed.

    `subjects` is empty where the link to one's own subscriptions was asked for.
    """

    __tablename__ = "follow_request"
    __table_args__ = (Index("ix_follow_request_digest_created_at", "digest", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Names the row to the vault, and makes the link of one request no other's.
    nonce: Mapped[str] = mapped_column(String(40), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes] = mapped_column(
        LargeBinary, info=sealed_info("follow_request.address", "nonce")
    )
    subjects: Mapped[list[str]] = mapped_column(Document, default=list)
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    pace: Mapped[Pace] = mapped_column(words(Pace), default=Pace.EACH)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Happening(Base):
    """Something public that followers are told of; `key` makes it one, whoever notes it again."""

    __tablename__ = "happening"
    __table_args__ = (NEVER_AGAIN,)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[News] = mapped_column(words(News))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    # What the letter says besides: a meeting's id, a result's version.
    detail: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    at: Mapped[datetime] = mapped_column(Instant, index=True)

    consultation: Mapped[Consultation] = relationship()


class Notice(Base):
    """One happening for one follower, once. `told_at`: put into a letter, or read elsewhere."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("follower_id", "happening_id"),
        Index("ix_notice_follower_id_told_at", "follower_id", "told_at"),
        Index("ix_notice_told_at_id", "told_at", "id"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    follower_id: Mapped[int] = mapped_column(ForeignKey("follower.id", ondelete="CASCADE"))
    # The subscription it came by: the letter says so, and can end that one.
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("subscription.id", ondelete="CASCADE"), index=True
    )
    happening_id: Mapped[int] = mapped_column(
        ForeignKey("happening.id", ondelete="CASCADE"), index=True
    )
    told_at: Mapped[datetime | None] = mapped_column(Instant)

    happening: Mapped[Happening] = relationship()
    subscription: Mapped[Subscription] = relationship()
