"""A statement of a meeting's record becomes an opinion by one act, tied to its speaker."""

from __future__ import annotations

from participation.comments.models import Comment
from participation.comments.operations import EnteredComment, enter_comment
from participation.comments.rules import (
    LONGEST_PLACE,
    Channel,
    RespondentKind,
    Stance,
)
from participation.consultations.place import zone
from participation.consultations.queries import by_slug
from participation.importing.models import StatementOpinion
from participation.importing.queries import key_of_statement, opinions_of_statements
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.verdict import N_
from participation.meetings import queries as meetings
from participation.meetings.models import Meeting, Statement
from participation.meetings.rules import AttendeeKind, MeetingKind

CHANNELS = {
    MeetingKind.HEARING: Channel.HEARING,
    MeetingKind.SEMINAR: Channel.SEMINAR,
    MeetingKind.FIELD_VISIT: Channel.FIELD_VISIT,
}
KINDS = {
    AttendeeKind.FIRMS: RespondentKind.FIRM,
    AttendeeKind.ASSOCIATIONS: RespondentKind.ASSOCIATION,
    AttendeeKind.STAFF: RespondentKind.BODY,
}
CHANGED = N_("会议记录刚才有人改过，请看看现在的发言再操作。")


def take_statement(
    actor: Actor, slug: str, meeting_id: int, statement_digest: str, stance: Stance
) -> Comment:
    """Enter a statement as an opinion; one that is an opinion already is that opinion.

    `statement_digest` is `queries.key_of_statement`. Raises Refused where the record has changed,
    or where nothing may be entered; Invalid where the meeting was not within the window.
    """
    meeting = meetings.by_id(by_slug(slug).id, meeting_id)
    said = next(
        (each for each in meeting.statements if key_of_statement(each) == statement_digest), None
    )
    if said is None:
        raise Refused(CHANGED)
    submission = enter_comment(actor, slug, _entry(meeting, said, statement_digest, stance))
    if submission.is_new:
        db.session.add(
            StatementOpinion(
                comment_id=submission.comment.id,
                meeting_id=meeting.id,
                statement_digest=statement_digest,
                speaker=said.speaker,
                page=said.page,
            )
        )
        db.session.flush()
    return submission.comment


def take_all_statements(actor: Actor, slug: str, meeting_id: int, stance: Stance) -> int:
    """Enter all statements that are no opinions yet; how many became one."""
    meeting = meetings.by_id(by_slug(slug).id, meeting_id)
    taken = opinions_of_statements(meeting.id)
    keys = dict.fromkeys(key_of_statement(each) for each in meeting.statements)
    left = [key for key in keys if key not in taken]
    for key in left:
        take_statement(actor, slug, meeting_id, key, stance)
    return len(left)


def _entry(meeting: Meeting, said: Statement, key: str, stance: Stance) -> EnteredComment:
    return EnteredComment(
        body=said.text,
        stance=stance,
        submission_key=f"statement:{key[:60]}",
        clause_key=said.clause.key if said.clause else None,
        respondent_kind=KINDS.get(said.speaker_kind, RespondentKind.PERSON),
        name=said.speaker,
        channel=CHANNELS[meeting.kind],
        said_on=meeting.starts_at.astimezone(zone()).date(),
        said_at_place=meeting.place[:LONGEST_PLACE],
    )
