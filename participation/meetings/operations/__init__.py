"""Announcing, changing and calling off meetings; their record and its files."""

from participation.meetings.operations.announcing import (
    MeetingFields,
    announce_meeting,
    cancel_meeting,
    change_meeting,
)
from participation.meetings.operations.filing import add_file, remove_file
from participation.meetings.operations.recording import (
    AttendanceFields,
    RecordFields,
    StatementFields,
    publish_record,
    save_record,
)

__all__ = [
    "AttendanceFields",
    "MeetingFields",
    "RecordFields",
    "StatementFields",
    "add_file",
    "announce_meeting",
    "cancel_meeting",
    "change_meeting",
    "publish_record",
    "remove_file",
    "save_record",
]
