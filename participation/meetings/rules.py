"""Rules of meetings: kinds, who attends, and when announcement and record may change.

Sources: 重大行政决策程序暂行条例 (order 713) arts. 14, 16, 17; time limits in `rulebook.hearings`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from participation.consultations.rules import Stage, may_attach
from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, provided

MOST_FILES = 20
MOST_STATEMENTS = 300
MOST_PEOPLE = 100_000
LONGEST_STATEMENT = 5000
LONGEST_SPEAKER = 60
LONGEST_PAGE = 20
LONGEST = {
    "title": 200,
    "place": 200,
    "host": 120,
    "agenda": 5000,
    "how_to_join": 5000,
    "summary": 20_000,
    "note": 2000,
}
"""The most characters of each text; the first three are one line."""


class MeetingKind(StrEnum):
    """What kind of meeting."""

    HEARING = "hearing"
    SEMINAR = "seminar"
    FIELD_VISIT = "field_visit"


class AttendeeKind(StrEnum):
    """Who came, by kind (order 713 art. 16; the seeds' four invited groups)."""

    INTERESTED = "interested"
    RESIDENTS = "residents"
    DEPUTIES = "deputies"
    EXPERTS = "experts"
    FIRMS = "firms"
    ASSOCIATIONS = "associations"
    MEDIA = "media"
    STAFF = "staff"
    OBSERVERS = "observers"


MEETING_WORDS = {
    MeetingKind.HEARING: N_("听证会"),
    MeetingKind.SEMINAR: N_("座谈会"),
    MeetingKind.FIELD_VISIT: N_("实地走访"),
}
ATTENDEE_WORDS = {
    AttendeeKind.INTERESTED: N_("利害关系人"),
    AttendeeKind.RESIDENTS: N_("居民群众"),
    AttendeeKind.DEPUTIES: N_("人大代表、政协委员"),
    AttendeeKind.EXPERTS: N_("专家"),
    AttendeeKind.FIRMS: N_("企业"),
    AttendeeKind.ASSOCIATIONS: N_("行业协会商会"),
    AttendeeKind.MEDIA: N_("媒体"),
    AttendeeKind.STAFF: N_("机关工作人员"),
    AttendeeKind.OBSERVERS: N_("旁听人员"),
}


class MeetingState(StrEnum):
    """Where a meeting stands; never stored."""

    ANNOUNCED = "announced"
    HELD = "held"
    RECORDED = "recorded"
    CANCELLED = "cancelled"


STATE_WORDS = {
    MeetingState.ANNOUNCED: N_("待举行"),
    MeetingState.HELD: N_("已举行，记录待公布"),
    MeetingState.RECORDED: N_("记录已公布"),
    MeetingState.CANCELLED: N_("已取消"),
}


def state_at(
    starts_at: datetime,
    cancelled_at: datetime | None,
    record_published_at: datetime | None,
    now: datetime,
) -> MeetingState:
    """Where a meeting stands at an instant."""
    if cancelled_at is not None:
        return MeetingState.CANCELLED
    if record_published_at is not None:
        return MeetingState.RECORDED
    return MeetingState.HELD if now >= starts_at else MeetingState.ANNOUNCED


def may_announce(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Meetings are announced until the result is sealed."""
    return provided(
        stage is not Stage.SEALED, N_("采纳情况已经定稿，不能再增加或修改会议。")
    ) & may_attach(actor, department_id)


def may_change(
    actor: Actor, stage: Stage, department_id: int, *, is_cancelled: bool, is_published: bool
) -> Verdict:
    """The announcement changes until it is called off or its record is public."""
    return (
        provided(not is_cancelled, N_("会议已经取消，不能再修改。"))
        & provided(not is_published, N_("会议记录已经公布，会议安排不能再修改。"))
        & may_announce(actor, stage, department_id)
    )


def may_record(
    actor: Actor,
    stage: Stage,
    department_id: int,
    starts_at: datetime,
    now: datetime,
    *,
    is_cancelled: bool,
) -> Verdict:
    """A record is attached once the meeting has begun, and corrected until the result is sealed."""
    return (
        provided(not is_cancelled, N_("会议已经取消，没有记录。"))
        & provided(now >= starts_at, N_("会议尚未开始，不能填写记录。"))
        & may_announce(actor, stage, department_id)
    )
