"""Tables of meetings: the announcement, attendance by kind, statements by speaker, files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.consultations.models import Clause, words
from participation.kernel.db import Base, Instant
from participation.kernel.storage import StorageKey
from participation.meetings.rules import AttendeeKind, MeetingKind, MeetingState, state_at


class Meeting(Base):
    """A hearing, seminar or field visit; `record_published_at` is set with its record."""

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    kind: Mapped[MeetingKind] = mapped_column(words(MeetingKind))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(200))
    agenda: Mapped[str] = mapped_column(Text, default="")
    how_to_join: Mapped[str] = mapped_column(Text, default="")
    host: Mapped[str] = mapped_column(String(120), default="")
    # Until when people may put their names down, and when those who take part got the materials.
    registration_closes_at: Mapped[datetime | None] = mapped_column(Instant)
    materials_sent_at: Mapped[datetime | None] = mapped_column(Instant)
    announced_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancel_note: Mapped[str] = mapped_column(Text, default="")
    record_summary: Mapped[str] = mapped_column(Text, default="")
    record_published_at: Mapped[datetime | None] = mapped_column(Instant)

    attendance: Mapped[list[Attendance]] = relationship(
        order_by="Attendance.position", cascade="all, delete-orphan"
    )
    statements: Mapped[list[Statement]] = relationship(
        order_by="Statement.position", cascade="all, delete-orphan"
    )
    files: Mapped[list[MeetingFile]] = relationship(
        order_by="MeetingFile.id", cascade="all, delete-orphan"
    )

    def state(self, now: datetime) -> MeetingState:
        """Where the meeting stands at an instant."""
        return state_at(self.starts_at, self.cancelled_at, self.record_published_at, now)


class Attendance(Base):
    """How many of one kind were invited and came."""

    __tablename__ = "meeting_attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "kind"),
        CheckConstraint("invited >= 0 AND attended >= 0", "not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    kind: Mapped[AttendeeKind] = mapped_column(words(AttendeeKind))
    invited: Mapped[int] = mapped_column(default=0)
    attended: Mapped[int] = mapped_column(default=0)


class Statement(Base):
    """What one speaker said; the speaker as shown to the public (a role or a masked name)."""

    __tablename__ = "meeting_statement"
    __table_args__ = (Index("ix_meeting_statement_meeting_id_position", "meeting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(60))
    speaker_kind: Mapped[AttendeeKind] = mapped_column(words(AttendeeKind))
    text: Mapped[str] = mapped_column(Text)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    # Where it stands in the signed minutes, such as 3 or 12-13.
    page: Mapped[str] = mapped_column(String(20), default="", server_default="")

    clause: Mapped[Clause | None] = relationship()


class MeetingFile(Base):
    """A file of the record, by its content's key in the storage."""

    __tablename__ = "meeting_file"
    __table_args__ = (UniqueConstraint("meeting_id", "storage_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(StorageKey)
    added_at: Mapped[datetime] = mapped_column(Instant)
