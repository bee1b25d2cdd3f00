"""Tables of imports: each uploaded table, what was remarked on its rows, which rows are in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import User
from participation.comments.models import Comment
from participation.consultations.models import Consultation, words
from participation.importing.rules import ImportState, Note
from participation.kernel.db import Base, Document, Instant
from participation.kernel.storage import StorageKey
from participation.meetings.models import Meeting


class Import(Base):
    """One uploaded table on its way into a consultation.

    The rows wait sealed in the storage until all of them are in: then the opinions hold the words
    and nothing else keeps them.
    """

    __tablename__ = "comment_import"
    __table_args__ = (
        Index("ix_comment_import_consultation_id_id", "consultation_id", "id"),
        CheckConstraint("(state IN ('done', 'dropped')) = (rows_key IS NULL)", "rows_kept"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    file_name: Mapped[str] = mapped_column(String(200))
    # Keyed digest of the file: the same file is known again, and nothing in it can be guessed.
    file_digest: Mapped[str] = mapped_column(String(64))
    # The blocks of rows, sealed bound to `import.rows:<ref>:<block>`; see `spool`.
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    rows_key: Mapped[str | None] = mapped_column(StorageKey)
    sheet: Mapped[str] = mapped_column(String(100), default="")
    # Names of the sheets that were not read.
    other_sheets: Mapped[list[str]] = mapped_column(Document)
    rows: Mapped[int]
    columns: Mapped[int]
    # The row of the file that holds the heads of the columns; 0 is none.
    header_row: Mapped[int]
    # {field: column from 0}; {"channel", "day", "stance", "again"} for what rows leave open.
    mapping: Mapped[dict[str, Any]] = mapped_column(Document)
    defaults: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[ImportState] = mapped_column(words(ImportState), default=ImportState.UPLOADED)
    # How far the reading came: blocks and rows that are done, and where the next block begins.
    block: Mapped[int] = mapped_column(default=0)
    offset: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)
    # What the last trial or the import made of the rows read so far.
    ready: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    warned: Mapped[int] = mapped_column(default=0)
    # Who pressed last, whose rights the work is done with.
    run_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Why it stands still: a Chinese msgid without places; empty while all is well.
    trouble: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    consultation: Mapped[Consultation] = relationship()
    uploaded_by: Mapped[User] = relationship(foreign_keys=[uploaded_by_id])


class ImportNote(Base):
    """A remark on a row of the file: why it is not imported, or what was taken otherwise."""

    __tablename__ = "comment_import_note"
    __table_args__ = (Index("ix_comment_import_note_import_id_kind_id", "import_id", "kind", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("comment_import.id"))
    # As the spreadsheet numbers it.
    row: Mapped[int]
    kind: Mapped[Note] = mapped_column(words(Note))
    field: Mapped[str] = mapped_column(String(20))
    # A Chinese msgid and what fills its places; never a name or a contact.
    sentence: Mapped[str] = mapped_column(String(200))
    params: Mapped[dict[str, Any]] = mapped_column(Document)


class StatementOpinion(Base):
    """That a statement of a meeting's record became an opinion: who said it, and on which page.

    The record is written anew at each correction: `statement_digest` is a keyed digest of meeting,
    speaker and words, and the speaker and the page stay here as they were.
    """

    __tablename__ = "meeting_statement_opinion"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    statement_digest: Mapped[str] = mapped_column(String(64), unique=True)
    speaker: Mapped[str] = mapped_column(String(60))
    page: Mapped[str] = mapped_column(String(20), default="", server_default="")

    comment: Mapped[Comment] = relationship()
    meeting: Mapped[Meeting] = relationship()


class ImportedRow(Base):
    """That a row is in: which opinion it became. Lasts, so that no row comes in twice.

    `digest` is keyed and of the cells as text with how many equal rows stood before it in its file:
    two people with the same words in one table are two rows.
    """

    __tablename__ = "comment_import_row"
    __table_args__ = (Index("ix_comment_import_row_known", "consultation_id", "digest"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("comment_import.id"), index=True)
    row: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
