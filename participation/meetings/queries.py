"""Reading meetings: the announcement, the record, the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.verdict import Verdict, no
from participation.meetings.models import Meeting, MeetingFile, Statement
from participation.meetings.rules import MeetingKind
from participation.rulebook.hearings import hearing_findings


def of_consultation(consultation_id: int) -> Sequence[Meeting]:
    """The meetings of a consultation by the time they begin, with their attendance only."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.consultation_id == consultation_id)
        .options(selectinload(Meeting.attendance))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def by_id(consultation_id: int, meeting_id: int) -> Meeting:
    """A meeting of a consultation with its whole record; raise NotFound for another's."""
    found = db.session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id, Meeting.consultation_id == consultation_id)
        .options(
            selectinload(Meeting.attendance),
            selectinload(Meeting.statements).joinedload(Statement.clause),
            selectinload(Meeting.files),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(str(meeting_id))
    return found


def file_of(consultation_id: int, meeting_id: int, file_id: int) -> tuple[Meeting, MeetingFile]:
    """A file and its meeting; raise NotFound unless all three belong together."""
    row = db.session.execute(
        select(Meeting, MeetingFile)
        .join(MeetingFile, MeetingFile.meeting_id == Meeting.id)
        .where(
            Meeting.consultation_id == consultation_id,
            Meeting.id == meeting_id,
            MeetingFile.id == file_id,
        )
    ).first()
    if row is None:
        raise NotFound(str(file_id))
    return row[0], row[1]


@dataclass(frozen=True)
class Caution:
    """What the rules say against a hearing's dates, and where it is written."""

    verdict: Verdict
    source: str


def cautions_of(meeting: Meeting, consultation: Consultation, now: datetime) -> list[Caution]:
    """Warnings on a hearing's dates; none for other meetings, and none once it is called off.

    The notice counts from when the public could read it: not before the consultation is public.
    """
    if meeting.kind is not MeetingKind.HEARING or meeting.cancelled_at is not None:
        return []
    remarks = hearing_findings(
        max(meeting.announced_at, consultation.published_at or now),
        meeting.starts_at,
        meeting.materials_sent_at,
        matter=consultation.matter,
        zone=zone(),
    )
    return [Caution(no(each.sentence, **each.params), each.rule.source) for each in remarks]


def summary_of(consultation_id: int) -> list[dict[str, Any]]:
    """The meetings of a consultation as plain values, ready for JSON, in the order of time.

    Each: `id, kind, title, starts_at, ends_at` (ISO 8601, UTC; the end may be None), `place,
    is_cancelled, cancel_note, is_record_published, record_published_at, attendance: [{kind,
    invited, attended}], invited, attended` (the totals), `statements, files` (counts). What the
    record holds is empty or zero until it is published. Four statements at most.
    """
    meetings = of_consultation(consultation_id)
    ids = [each.id for each in meetings if each.record_published_at is not None]
    statements, files = _counts(Statement, ids), _counts(MeetingFile, ids)
    return [_plain(each, statements.get(each.id, 0), files.get(each.id, 0)) for each in meetings]


def _counts(table: type[Statement] | type[MeetingFile], meeting_ids: list[int]) -> dict[int, int]:
    if not meeting_ids:
        return {}
    rows = db.session.execute(
        select(table.meeting_id, func.count())
        .where(table.meeting_id.in_(meeting_ids))
        .group_by(table.meeting_id)
    )
    return dict(rows.all())


def _plain(meeting: Meeting, statements: int, files: int) -> dict[str, Any]:
    published_at = meeting.record_published_at
    attendance = meeting.attendance if published_at is not None else []
    return {
        "id": meeting.id,
        "kind": meeting.kind.value,
        "title": meeting.title,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat() if meeting.ends_at else None,
        "place": meeting.place,
        "is_cancelled": meeting.cancelled_at is not None,
        "cancel_note": meeting.cancel_note,
        "is_record_published": published_at is not None,
        "record_published_at": published_at.isoformat() if published_at else None,
        "attendance": [
            {"kind": each.kind.value, "invited": each.invited, "attended": each.attended}
            for each in attendance
        ],
        "invited": sum(each.invited for each in attendance),
        "attended": sum(each.attended for each in attendance),
        "statements": statements,
        "files": files,
    }
