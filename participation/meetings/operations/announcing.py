"""Telling the public of a meeting, of its changes, and that it will not be held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from participation.consultations import operations as consultations
from participation.consultations.models import Consultation
from participation.consultations.queries import lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.meetings import queries, rules
from participation.meetings.events import MeetingAnnounced, MeetingCancelled, MeetingChanged
from participation.meetings.models import Attendance, Meeting
from participation.meetings.rules import LONGEST, MOST_PEOPLE, AttendeeKind, MeetingKind

ONE_LINE = ("title", "place", "host")
TEXTS = (*ONE_LINE, "agenda", "how_to_join")


@dataclass(frozen=True)
class MeetingFields:
    """An announcement as typed; `agenda` has one item a line, `invited` are people by kind."""

    kind: MeetingKind
    title: str
    starts_at: datetime
    place: str
    ends_at: datetime | None = None
    agenda: str = ""
    how_to_join: str = ""
    host: str = ""
    registration_closes_at: datetime | None = None
    materials_sent_at: datetime | None = None
    invited: Mapping[AttendeeKind, int] = field(default_factory=dict)


def announce_meeting(actor: Actor, slug: str, fields: MeetingFields) -> Meeting:
    """Announce a meeting; the public sees it as soon as the consultation is public."""
    consultation = lock_exclusive(slug)
    now = clock.now()
    stage = consultation.stage(now)
    rules.may_announce(actor, stage, consultation.department_id).enforce()
    made = Meeting(consultation_id=consultation.id, announced_at=now)
    _fill(made, _checked(fields))
    consultations.touch(consultation)
    db.session.add(made)
    db.session.flush()
    record(MeetingAnnounced(actor=actor, consultation_id=consultation.id, meeting_id=made.id))
    return made


def change_meeting(actor: Actor, slug: str, meeting_id: int, fields: MeetingFields) -> Meeting:
    """Change what was announced, until the record is public."""
    consultation, found = _changeable(actor, slug, meeting_id)
    _fill(found, _checked(fields))
    consultations.touch(consultation)
    db.session.flush()
    record(MeetingChanged(actor=actor, consultation_id=consultation.id, meeting_id=found.id))
    return found


def cancel_meeting(actor: Actor, slug: str, meeting_id: int, note: str) -> Meeting:
    """Call a meeting off, with the note that the public reads; it stays on the page."""
    consultation, found = _changeable(actor, slug, meeting_id)
    note = plain(note)
    if not note:
        raise Invalid(N_("请写明取消的原因，公众会看到。"), field="note")
    if len(note) > LONGEST["note"]:
        raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": LONGEST["note"]}, field="note")
    found.cancelled_at, found.cancel_note = clock.now(), note
    consultations.touch(consultation)
    db.session.flush()
    record(MeetingCancelled(actor=actor, consultation_id=consultation.id, meeting_id=found.id))
    return found


def _changeable(actor: Actor, slug: str, meeting_id: int) -> tuple[Consultation, Meeting]:
    consultation = lock_exclusive(slug)
    found = queries.by_id(consultation.id, meeting_id)
    rules.may_change(
        actor,
        consultation.stage(clock.now()),
        consultation.department_id,
        is_cancelled=found.cancelled_at is not None,
        is_published=found.record_published_at is not None,
    ).enforce()
    return consultation, found


def _fill(meeting: Meeting, fields: MeetingFields) -> None:
    for name in (*TEXTS, "kind", "starts_at", "ends_at", "registration_closes_at"):
        setattr(meeting, name, getattr(fields, name))
    meeting.materials_sent_at = fields.materials_sent_at
    came = {each.kind: each for each in meeting.attendance}
    for position, kind in enumerate(AttendeeKind):
        row, invited = came.get(kind), fields.invited.get(kind, 0)
        if row is not None and not invited and not row.attended:
            meeting.attendance.remove(row)
        elif row is not None:
            row.invited = invited
        elif invited:
            meeting.attendance.append(Attendance(position=position, kind=kind, invited=invited))


def _checked(fields: MeetingFields) -> MeetingFields:
    """The announcement in its normal form; raise Invalid naming the field that is at fault."""
    tidied = {name: plain(getattr(fields, name)) for name in TEXTS}
    tidied |= {name: " ".join(tidied[name].split()) for name in ONE_LINE}
    for name, text in tidied.items():
        if len(text) > LONGEST[name]:
            raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": LONGEST[name]}, field=name)
    if not tidied["title"]:
        raise Invalid(N_("请填写会议名称。"), field="title")
    if not tidied["place"]:
        raise Invalid(N_("请填写会议地点。"), field="place")
    if fields.ends_at is not None and fields.ends_at <= fields.starts_at:
        raise Invalid(N_("结束时间应当晚于开始时间。"), field="ends_time")
    closes_at = fields.registration_closes_at
    if closes_at is not None and closes_at > fields.starts_at:
        raise Invalid(N_("报名截止应当早于会议开始。"), field="registration_closes_on")
    if any(not 0 <= number <= MOST_PEOPLE for number in fields.invited.values()):
        raise Invalid(N_("人数应当在0到%(limit)s之间。"), {"limit": MOST_PEOPLE})
    return replace(
        fields,
        title=tidied["title"],
        place=tidied["place"],
        host=tidied["host"],
        agenda=tidied["agenda"],
        how_to_join=tidied["how_to_join"],
    )
