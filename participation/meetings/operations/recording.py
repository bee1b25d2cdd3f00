"""The record of a meeting: who came, who said what, and when the public may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.consultations import operations as consultations
from participation.consultations.models import Consultation
from participation.consultations.queries import ClauseRow, clauses_by_name, lock_exclusive
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, Refused
from participation.kernel.events import record
from participation.kernel.text import normal_form, plain
from participation.kernel.verdict import N_
from participation.meetings import queries, rules
from participation.meetings.events import RecordCorrected, RecordPublished, RecordSaved
from participation.meetings.models import Attendance, Meeting, Statement
from participation.meetings.rules import (
    LONGEST,
    LONGEST_PAGE,
    LONGEST_SPEAKER,
    LONGEST_STATEMENT,
    MOST_PEOPLE,
    MOST_STATEMENTS,
    AttendeeKind,
)


@dataclass(frozen=True)
class AttendanceFields:
    """How many of a kind were invited and came."""

    kind: AttendeeKind
    invited: int = 0
    attended: int = 0


@dataclass(frozen=True)
class StatementFields:
    """What one speaker said; `clause` is a clause's key or its label, such as 第七条第一款.

    `page` is where it stands in the signed minutes.
    """

    speaker: str
    text: str
    speaker_kind: AttendeeKind = AttendeeKind.RESIDENTS
    clause: str = ""
    page: str = ""


@dataclass(frozen=True)
class RecordFields:
    """A whole record as typed."""

    summary: str = ""
    attendance: Sequence[AttendanceFields] = ()
    statements: Sequence[StatementFields] = ()


def save_record(actor: Actor, slug: str, meeting_id: int, fields: RecordFields) -> Meeting:
    """Keep a meeting's record, in place of what was kept before; a public one changes at once."""
    consultation, found = recordable(actor, slug, meeting_id)
    summary = plain(fields.summary)
    if len(summary) > LONGEST["summary"]:
        raise Invalid(
            N_("最多%(limit)s字，请删减。"), {"limit": LONGEST["summary"]}, field="summary"
        )
    statements = _statements(consultation.id, fields.statements)
    found.record_summary = summary
    _count(found, fields.attendance)
    found.statements = statements
    if found.record_published_at is not None:
        _something_to_read(found)
        consultations.touch(consultation)
    db.session.flush()
    event = RecordSaved if found.record_published_at is None else RecordCorrected
    record(event(actor=actor, consultation_id=consultation.id, meeting_id=found.id))
    return found


def publish_record(actor: Actor, slug: str, meeting_id: int) -> Meeting:
    """Make a record public, with its files; it counts in the result from then on."""
    consultation, found = recordable(actor, slug, meeting_id)
    if found.record_published_at is not None:
        raise Refused(N_("会议记录已经公布。"))
    _something_to_read(found)
    found.record_published_at = clock.now()
    consultations.touch(consultation)
    db.session.flush()
    record(RecordPublished(actor=actor, consultation_id=consultation.id, meeting_id=found.id))
    return found


def _something_to_read(meeting: Meeting) -> None:
    if not (meeting.record_summary or meeting.statements or meeting.files):
        raise Invalid(N_("会议记录还是空的，请先填写会议情况、发言或者上传文件。"), field="summary")
    if not any(each.attended for each in meeting.attendance):
        raise Invalid(N_("请填写到会人数。"), field="summary")


def recordable(actor: Actor, slug: str, meeting_id: int) -> tuple[Consultation, Meeting]:
    """A meeting whose record the actor may change, with its consultation locked."""
    consultation = lock_exclusive(slug)
    found = queries.by_id(consultation.id, meeting_id)
    now = clock.now()
    rules.may_record(
        actor,
        consultation.stage(now),
        consultation.department_id,
        found.starts_at,
        now,
        is_cancelled=found.cancelled_at is not None,
    ).enforce()
    return consultation, found


def _count(meeting: Meeting, fields: Sequence[AttendanceFields]) -> None:
    given = {each.kind: each for each in fields}
    if any(
        not 0 <= number <= MOST_PEOPLE
        for each in given.values()
        for number in (each.invited, each.attended)
    ):
        raise Invalid(N_("人数应当在0到%(limit)s之间。"), {"limit": MOST_PEOPLE}, field="summary")
    kept = {each.kind: each for each in meeting.attendance}
    for position, kind in enumerate(AttendeeKind):
        each, row = given.get(kind, AttendanceFields(kind)), kept.get(kind)
        if not each.invited and not each.attended:
            if row is not None:
                meeting.attendance.remove(row)
            continue
        if row is None:
            row = Attendance(position=position, kind=kind)
            meeting.attendance.append(row)
        row.invited, row.attended = each.invited, each.attended


def _statements(consultation_id: int, fields: Sequence[StatementFields]) -> list[Statement]:
    if len(fields) > MOST_STATEMENTS:
        raise Invalid(N_("最多记录%(limit)s条发言。"), {"limit": MOST_STATEMENTS}, field="summary")
    named = any(each.clause.strip() for each in fields)
    clauses = clauses_by_name(consultation_id) if named else {}
    return [_statement(place, each, clauses) for place, each in enumerate(fields)]


def _statement(position: int, fields: StatementFields, clauses: dict[str, ClauseRow]) -> Statement:
    speaker, text = " ".join(plain(fields.speaker).split()), plain(fields.text)
    page = " ".join(plain(fields.page).split())
    if len(page) > LONGEST_PAGE:
        raise Invalid(
            N_("最多%(limit)s字，请删减。"),
            {"limit": LONGEST_PAGE},
            field=f"statement_{position}_page",
        )
    for name, words, limit in (
        ("speaker", speaker, LONGEST_SPEAKER),
        ("text", text, LONGEST_STATEMENT),
    ):
        at = f"statement_{position}_{name}"
        if not words:
            raise Invalid(N_("请填写发言人和发言内容，不要的请删去。"), field=at)
        if len(words) > limit:
            raise Invalid(N_("最多%(limit)s字，请删减。"), {"limit": limit}, field=at)
    clause = normal_form(fields.clause)
    if clause and clause not in clauses:
        raise Invalid(
            N_("草案里没有“%(clause)s”。请写成“第七条”或“第七条第二款”。"),
            {"clause": fields.clause.strip()},
            field=f"statement_{position}_clause",
        )
    return Statement(
        position=position,
        speaker=speaker,
        speaker_kind=fields.speaker_kind,
        text=text,
        clause_id=clauses[clause].id if clause else None,
        page=page,
    )
