"""Tables of the result: points with their members, the closing bulletin, the sealed versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.adoption.checking import Finding
from participation.adoption.rules import Disposition, SealingCause
from participation.consultations.models import words
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
    # The clause as the public read it when the point was made; a published draft never changes.
    clause_key: Mapped[str | None] = mapped_column(String(80))
    clause_label: Mapped[str] = mapped_column(String(200), default="")
    clause_text: Mapped[str] = mapped_column(Text, default="")
    disposition: Mapped[Disposition | None] = mapped_column(words(Disposition))
    reason: Mapped[str] = mapped_column(Text, default="")
    changed_text: Mapped[str] = mapped_column(Text, default="")
    member_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    # Of its words and its answer: whoever writes says which one was read.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class KeptAnswer(Base):
    """That an answer stands in spite of a warning, with the note that says why.

    `decided_at` is the answer's own instant: a new answer is warned of anew.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (
        UniqueConstraint("point_id", "finding", "decided_at"),
        CheckConstraint("note <> ''", "with_note"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("opinion_point.id"))
    finding: Mapped[Finding] = mapped_column(words(Finding))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    kept_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PointMember(Base):
    """An opinion's place: in one point or, without a row, in none."""

    __tablename__ = "point_member"
    __table_args__ = (Index("ix_point_member_point_id_comment_id", "point_id", "comment_id"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("opinion_point.id"))


class Bulletin(Base):
    """The closing bulletin as published: figures at the close, survey results, meetings held.

    `content` never changes. `meetings` are the meetings as they stand now: a record is often
    attached after the close and belongs to the result that is still being worked on.
    """

    __tablename__ = "bulletin"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    published_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    meetings: Mapped[list[dict[str, Any]]] = mapped_column(Document)


class AdoptionSummary(Base):
    """A sealed version of the result; never changed, a correction makes the next one.

    `content` is the published document without its points, which are rows of their own so that
    a page of them can be read; `digest` is the SHA-256 of the whole one's canonical JSON.
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


class SealedPoint(Base):
    """A point of a sealed version, as the document has it."""

    __tablename__ = "sealed_point"

    summary_id: Mapped[int] = mapped_column(ForeignKey("adoption_summary.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(Document)


class SealedMember(Base):
    """In which point of a sealed version an opinion was."""

    __tablename__ = "sealed_member"

    summary_id: Mapped[int] = mapped_column(ForeignKey("adoption_summary.id"), primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int]


class PublicationHold(Base):
    """A publication that is due and refused, as the figures do not add up; gone once it is out.

    `what` is the kind of job that was refused.
    """

    __tablename__ = "publication_hold"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]] = mapped_column(Document)
    since: Mapped[datetime] = mapped_column(Instant)
    last_tried_at: Mapped[datetime] = mapped_column(Instant)
