"""Reading imports: of a matter, one with its remarks, and which rows are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation.comments.models import Comment
from participation.importing.models import Import, ImportedRow, ImportNote, StatementOpinion
from participation.importing.rules import ROWS_SHOWN, ImportState, Note
from participation.importing.spool import Row, blocks_from
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.vault import blind_index
from participation.meetings.models import Meeting, Statement

LISTED = 50
NOTES_SHOWN = 50


def of_consultation(consultation_id: int) -> Sequence[Import]:
    """The latest imports of a matter with who uploaded them, newest first; one statement."""
    return db.session.scalars(
        select(Import)
        .where(Import.consultation_id == consultation_id)
        .options(joinedload(Import.uploaded_by))
        .order_by(Import.id.desc())
        .limit(LISTED)
    ).all()


def by_id(consultation_id: int, import_id: int) -> Import:
    """An import of the matter; raise NotFound for another's."""
    found = db.session.scalars(
        select(Import)
        .where(Import.id == import_id, Import.consultation_id == consultation_id)
        .options(joinedload(Import.uploaded_by))
    ).one_or_none()
    if found is None:
        raise NotFound(str(import_id))
    return found


def locked(import_id: int, consultation_id: int | None = None) -> Import:
    """An import for change, as it is now; raise NotFound for one of another matter."""
    found = db.session.scalars(
        select(Import)
        .where(Import.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or consultation_id not in (None, found.consultation_id):
        raise NotFound(str(import_id))
    return found


def consultation_of(import_id: int) -> int:
    """The id of the matter; raise NotFound where there is no such import."""
    found = db.session.scalar(select(Import.consultation_id).where(Import.id == import_id))
    if found is None:
        raise NotFound(str(import_id))
    return found


def state_of(import_id: int) -> ImportState | None:
    """Where an import stands, unlocked."""
    return db.session.scalar(select(Import.state).where(Import.id == import_id))


def known_rows(consultation_id: int, digests: Sequence[str], file_digest: str | None) -> set[str]:
    """Which of the rows are in already: from any file, or from this one alone."""
    wanted = select(ImportedRow.digest).where(
        ImportedRow.consultation_id == consultation_id, ImportedRow.digest.in_(digests)
    )
    if file_digest is not None:
        wanted = wanted.join(Import, Import.id == ImportedRow.import_id).where(
            Import.file_digest == file_digest
        )
    return set(db.session.scalars(wanted))


def first_rows(found: Import) -> list[Row]:
    """The first rows of a table that still waits; raises Unopenable where they cannot be read."""
    if found.rows_key is None:
        return []
    block, _end = next(blocks_from(found.rows_key, found.ref, 0, 0))
    return block[:ROWS_SHOWN]


def notes_of(import_id: int, kind: Note, after: int = 0) -> Sequence[ImportNote]:
    """Remarks of a kind in the order of rows, from behind one; one more than is shown."""
    return db.session.scalars(
        select(ImportNote)
        .where(ImportNote.import_id == import_id, ImportNote.kind == kind, ImportNote.id > after)
        .order_by(ImportNote.id)
        .limit(NOTES_SHOWN + 1)
    ).all()


class Source(NamedTuple):
    """Which row of which file an opinion came from."""

    import_id: int
    file_name: str
    uploaded_at: datetime
    row: int


def source_of(comment_id: int) -> Source | None:
    """The file and row of an opinion that came by an import."""
    row = db.session.execute(
        select(Import.id, Import.file_name, Import.uploaded_at, ImportedRow.row)
        .join(Import, Import.id == ImportedRow.import_id)
        .where(ImportedRow.comment_id == comment_id)
    ).first()
    return Source(*row) if row else None


def key_of_statement(said: Statement) -> str:
    """What tells a statement from every other of its meeting, however often the record is saved.

    The same words of the same speaker are one statement.
    """
    words = f"{said.meeting_id}\0{said.speaker}\0{said.text}"
    return blind_index(words, "import.statement")


def opinions_of_statements(meeting_id: int) -> dict[str, int]:
    """The number of the opinion that each statement of a meeting became, by the statement's key."""
    rows = db.session.execute(
        select(StatementOpinion.statement_digest, Comment.number)
        .join(Comment, Comment.id == StatementOpinion.comment_id)
        .where(StatementOpinion.meeting_id == meeting_id)
    )
    return {row.statement_digest: row.number for row in rows}


def statement_of(comment_id: int) -> tuple[StatementOpinion, Meeting] | None:
    """Who said an opinion that came from a record, and at which meeting."""
    row = db.session.execute(
        select(StatementOpinion, Meeting)
        .join(Meeting, Meeting.id == StatementOpinion.meeting_id)
        .where(StatementOpinion.comment_id == comment_id)
    ).first()
    return (row[0], row[1]) if row else None
