"""Tables of the procedure: the consultation, its draft in clauses, its reviews and extensions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Department, User
from participation.consultations.kinds import (
    DecisionOutcome,
    DocumentKind,
    InterpretationKind,
    TagKind,
)
from participation.consultations.rules import Identity, ReviewDecision, Stage, Status, stage_at
from participation.kernel.db import Base, Document, Instant
from participation.kernel.storage import StorageKey
from participation.rulebook.matters import Matter
from participation.rulebook.publication import PublicationAttribute


def words(kind: type) -> Enum:
    """A column type storing an enum by its values, the same on every database."""
    return Enum(kind, native_enum=False, length=30, values_callable=lambda each: list(each))


class Consultation(Base):
    """One matter put to the public. `revision` rises with every change that a reader can see."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR opens_at < closes_at", "window"),
        CheckConstraint(
            "status <> 'published' OR (opens_at IS NOT NULL AND closes_at IS NOT NULL)",
            "published_has_window",
        ),
        Index("ix_consultation_status_closes_at_id", "status", "closes_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    matter: Mapped[Matter] = mapped_column(words(Matter))
    touches_market: Mapped[bool] = mapped_column(default=False)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    contact_unit: Mapped[str] = mapped_column(String(120), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    contact_email: Mapped[str] = mapped_column(String(120), default="")
    contact_address: Mapped[str] = mapped_column(String(200), default="")
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    # Whom it touches, in one line; and the draft told in plain words, apart from the draft.
    affects: Mapped[str] = mapped_column(Text, default="")
    plain_summary: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[Status] = mapped_column(words(Status), default=Status.DRAFTING)
    # The wished opening; empty opens at the server's moment of publication.
    planned_opens_at: Mapped[datetime | None] = mapped_column(Instant)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    short_window_reason: Mapped[str] = mapped_column(Text, default="")
    publication_attribute: Mapped[PublicationAttribute | None] = mapped_column(
        words(PublicationAttribute)
    )
    attribute_reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    # When the bulletin came out: from then on closed, whatever a clock that is set back may say.
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)
    # When the decision is expected, as announced; the day it was made, and what it was.
    decision_due_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    outcome: Mapped[DecisionOutcome | None] = mapped_column(words(DecisionOutcome))
    revision: Mapped[int] = mapped_column(default=1)
    identity: Mapped[Identity] = mapped_column(words(Identity), default=Identity.OPTIONAL)

    department: Mapped[Department] = relationship()
    author: Mapped[User] = relationship()

    def stage(self, now: datetime) -> Stage:
        """The stage at an instant; closing is a latch, so that it never goes back to open."""
        at = max(now, self.closed_at) if self.closed_at else now
        return stage_at(self.status, self.opens_at, self.closes_at, self.sealed_at, at)


class ConsultationTag(Base):
    """A topic or an audience of a consultation; `value` is one of `rulebook.subjects`."""

    __tablename__ = "consultation_tag"
    __table_args__ = (Index("ix_consultation_tag_kind_value", "kind", "value"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    kind: Mapped[TagKind] = mapped_column(words(TagKind), primary_key=True)
    value: Mapped[str] = mapped_column(String(30), primary_key=True)


class DraftVersion(Base):
    """A draft as read from a file; `accepted_at` is empty while it is only previewed.

    A preview that a newer file replaced keeps its row (SQLite would give its id to the next one,
    and a stale page would accept what nobody has seen) but not its clauses.
    """

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300), default="")
    front_matter: Mapped[list[str]] = mapped_column(Document, default=list)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    source_name: Mapped[str] = mapped_column(String(200))
    source_key: Mapped[str] = mapped_column(StorageKey)
    source_size: Mapped[int]
    clause_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)


class Clause(Base):
    """One clause of a draft in the tree 编/章/节/条/款/项/目.

    `key` is its stable id within the draft; `text` holds its own words only. A withheld clause
    (删减后公开) keeps its words inside the house and shows that something was left out.
    """

    __tablename__ = "clause"
    __table_args__ = (
        UniqueConstraint("draft_id", "key"),
        Index("ix_clause_draft_id_position", "draft_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft_version.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), index=True)
    position: Mapped[int]
    depth: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    number: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(200))
    short_label: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    # Where it stands in the file; a warning of the reader is shown at its line.
    line: Mapped[int] = mapped_column(default=0)
    is_withheld: Mapped[bool] = mapped_column(default=False)


class ConsultationDocument(Base):
    """A document of the package; one taken down keeps its row and its note, not its content."""

    __tablename__ = "consultation_document"
    __table_args__ = (
        Index("ix_consultation_document_consultation_id_position", "consultation_id", "position"),
        CheckConstraint("(removed_at IS NULL) = (source_key IS NOT NULL)", "removed_is_gone"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    title: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    source_name: Mapped[str] = mapped_column(String(200))
    source_key: Mapped[str | None] = mapped_column(StorageKey)
    source_size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    removal_note: Mapped[str] = mapped_column(Text, default="")


class TextInForce(Base):
    """The text a draft would change, as read from a document of the package.

    `clauses` are `ParsedClause` values in document order: they are compared, never commented on.
    """

    __tablename__ = "text_in_force"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("consultation_document.id"), index=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    clauses: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    read_at: Mapped[datetime] = mapped_column(Instant)


class Interpretation(Base):
    """An explanation (解读) of the whole draft or of one clause; public once `published_at` is set.

    `clause_key` is a clause's stable key, empty for the whole. `body` is plain text: the words,
    the questions and answers, the caption, the case; `link` the address of a video.
    """

    __tablename__ = "interpretation"
    __table_args__ = (
        Index("ix_interpretation_consultation_id_position", "consultation_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    clause_key: Mapped[str | None] = mapped_column(String(80))
    kind: Mapped[InterpretationKind] = mapped_column(words(InterpretationKind))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    # What a picture shows, for whoever does not see it.
    picture_words: Mapped[str] = mapped_column(Text, default="")
    source_key: Mapped[str | None] = mapped_column(StorageKey)
    media_type: Mapped[str] = mapped_column(String(100), default="")
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)


class Decision(Base):
    """What is told of the matter's end: the paper that was issued, or why none will be."""

    __tablename__ = "decision"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(60), default="")
    effective_on: Mapped[date | None]
    link: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class Review(Base):
    """What a reviewer found: three classes of secrecy and legality, by a named person."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decision: Mapped[ReviewDecision] = mapped_column(words(ReviewDecision))
    # Empty where a reviewer sent the matter back without answering; an approval answers all four.
    is_free_of_state_secrets: Mapped[bool | None]
    is_free_of_work_secrets: Mapped[bool | None]
    is_free_of_sensitive_information: Mapped[bool | None]
    is_lawful: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    reviewed_at: Mapped[datetime] = mapped_column(Instant)

    reviewer: Mapped[User] = relationship()


class WindowExtension(Base):
    """A later close, with the note that says why; a close never moves to an earlier instant."""

    __tablename__ = "window_extension"
    __table_args__ = (CheckConstraint("old_closes_at < new_closes_at", "later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    old_closes_at: Mapped[datetime] = mapped_column(Instant)
    new_closes_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text)
    # Empty where the platform itself extended it, for downtime that was planned.
    extended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    extended_at: Mapped[datetime] = mapped_column(Instant)


class Outage(Base):
    """A time in which nobody could take part: found by the probe, or planned and announced.

    `until_at` is empty while one that was found goes on. `extends`: planned with the order to
    extend whatever window it takes the end of.
    """

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("until_at IS NULL OR from_at < until_at", "forward"),
        CheckConstraint("NOT is_planned OR until_at IS NOT NULL", "planned_has_end"),
        Index("ix_outage_until_at_from_at", "until_at", "from_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    is_planned: Mapped[bool] = mapped_column(default=False)
    extends: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    noted_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)


class OutageNote(Base):
    """An outage that took too much of a window's last day, and what the department did about it.

    Answered by an extension, or by a reason for none; both stay.
    """

    __tablename__ = "outage_note"
    __table_args__ = (UniqueConstraint("consultation_id", "outage_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    outage_id: Mapped[int] = mapped_column(ForeignKey("outage.id"), index=True)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    extension_id: Mapped[int | None] = mapped_column(ForeignKey("window_extension.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    outage: Mapped[Outage] = relationship()
