"""Tables of the result: points with their members, the closing bulletin, the sealed versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.adoption.rules import Disposition, SealingCause
from participation.consultations.models import Clause, words
from participation.kernel.db import Base, Document, Instant


class OpinionPoint(Base):
    """What one or many opinions say, answered once. Without a disposition it is pending."""

    __tablename__ = "opinion_point"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint("disposition IS NULL OR reason <> ''", "decided_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(500))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    disposition: Mapped[Disposition | None] = mapped_column(words(Disposition))
    reason: Mapped[str] = mapped_column(Text, default="")
    changed_text: Mapped[str] = mapped_column(Text, default="")
    member_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    clause: Mapped[Clause | None] = relationship()


class PointMember(Base):
    """An opinion's place: in one point or, without a row, in none."""

    __tablename__ = "point_member"
    __table_args__ = (Index("ix_point_member_point_id_comment_id", "point_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("opinion_point.id"))


class Bulletin(Base):
    """The closing bulletin as published: figures at the close, survey results, meetings held."""

    __tablename__ = "bulletin"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    published_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[dict[str, Any]] = mapped_column(Document)


class AdoptionSummary(Base):
    """A sealed version of the result; never changed, a correction makes the next one.

    `content` is the whole published document, `digest` the SHA-256 of its canonical JSON.
    """

    __tablename__ = "adoption_summary"
    __table_args__ = (UniqueConstraint("consultation_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    version: Mapped[int]
    cause: Mapped[SealingCause] = mapped_column(words(SealingCause))
    note: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    received: Mapped[int]
    pending: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    digest: Mapped[str] = mapped_column(String(64))
