"""Meetings, their records and files, made by the real operations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.actor import SYSTEM
from participation.kernel.db import transaction
from participation.meetings import operations
from participation.meetings.intake import take_file
from participation.meetings.models import Meeting, MeetingFile
from participation.meetings.operations import (
    AttendanceFields,
    MeetingFields,
    RecordFields,
    StatementFields,
)
from participation.meetings.rules import AttendeeKind, MeetingKind

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
A_RECORD = RecordFields(
    "座谈会开了两个小时，主要意见是路灯的开关时间。",
    (
        AttendanceFields(AttendeeKind.RESIDENTS, 12, 10),
        AttendanceFields(AttendeeKind.EXPERTS, 2, 1),
    ),
    (
        StatementFields("居民周**", "希望晚上十一点再关灯。", AttendeeKind.RESIDENTS, "第四条"),
        StatementFields("照明专家", "可以改用感应灯。", AttendeeKind.EXPERTS),
    ),
)
A_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def some_meeting(**changes: Any) -> MeetingFields:
    """An announcement of a seminar two days before NOON."""
    given: dict[str, Any] = {
        "kind": MeetingKind.SEMINAR,
        "title": "村口照明座谈会",
        "starts_at": NOON - timedelta(days=2),
        "ends_at": NOON - timedelta(days=2) + timedelta(hours=2),
        "place": "柳湾镇政府二楼会议室",
        "agenda": "介绍草案\n自由发言",
        "how_to_join": "本镇居民都可以参加，不用报名。",
        "host": "镇长",
    }
    return MeetingFields(**{**given, **changes})


def a_meeting(
    consultation: Consultation,
    *,
    recorded: bool = False,
    announced_at: datetime | None = None,
    **changes: Any,
) -> Meeting:
    """A meeting announced 20 days before it begins (or `announced_at`), with its record or not."""
    fields, slug = some_meeting(**changes), consultation.slug
    with clock.fixed(announced_at or fields.starts_at - timedelta(days=20)), transaction():
        made = operations.announce_meeting(SYSTEM, slug, fields)
    if recorded:
        with clock.fixed(fields.starts_at + timedelta(days=1)):
            a_record(consultation, made)
    return made


def a_record(
    consultation: Consultation, meeting: Meeting, fields: RecordFields = A_RECORD
) -> Meeting:
    """A record saved and made public now."""
    slug, meeting_id = consultation.slug, meeting.id
    with transaction():
        operations.save_record(SYSTEM, slug, meeting_id, fields)
    with transaction():
        return operations.publish_record(SYSTEM, slug, meeting_id)


def a_file(
    consultation: Consultation, meeting: Meeting, name: str = "笔录.pdf", data: bytes = A_PDF
) -> MeetingFile:
    """A file attached to a record now."""
    slug, meeting_id, stored = consultation.slug, meeting.id, take_file(name, data)
    with transaction():
        return operations.add_file(SYSTEM, slug, meeting_id, stored)
