"""The files of a record: claimed by a row, or let go."""

from __future__ import annotations

from participation.consultations import operations as consultations
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.verdict import N_
from participation.meetings.events import MeetingFileAdded, MeetingFileRemoved
from participation.meetings.intake import StoredFile
from participation.meetings.models import MeetingFile
from participation.meetings.operations.recording import recordable
from participation.meetings.rules import MOST_FILES


def add_file(actor: Actor, slug: str, meeting_id: int, stored: StoredFile) -> MeetingFile:
    """Attach a file to a meeting's record; a public record shows it at once."""
    consultation, meeting = recordable(actor, slug, meeting_id)
    if len(meeting.files) >= MOST_FILES:
        raise Invalid(N_("最多上传%(limit)s个文件。"), {"limit": MOST_FILES}, field="file")
    if any(each.storage_key == stored.key for each in meeting.files):
        raise Invalid(N_("这个文件已经在列表里了。"), field="file")
    made = MeetingFile(
        meeting_id=meeting.id,
        name=stored.name,
        kind=stored.kind,
        size=stored.size,
        storage_key=stored.key,
        added_at=clock.now(),
    )
    meeting.files.append(made)
    consultations.touch(consultation)
    db.session.flush()
    record(
        MeetingFileAdded(
            actor=actor, consultation_id=consultation.id, meeting_id=meeting.id, file_id=made.id
        )
    )
    return made


def remove_file(actor: Actor, slug: str, meeting_id: int, file_id: int) -> None:
    """Take a file off a meeting's record; its content stays in the storage, named by nothing."""
    consultation, meeting = recordable(actor, slug, meeting_id)
    found = next((each for each in meeting.files if each.id == file_id), None)
    if found is None:
        raise NotFound(str(file_id))
    meeting.files.remove(found)
    consultations.touch(consultation)
    db.session.flush()
    record(
        MeetingFileRemoved(
            actor=actor, consultation_id=consultation.id, meeting_id=meeting.id, file_id=file_id
        )
    )
