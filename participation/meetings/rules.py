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
LARGEST_FILE = 10 * 1024 * 1024


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


def may_announce(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Meetings are announced until the result is sealed."""
    return provided(
        stage is not Stage.SEALED, N_("采纳情况已经定稿，不能再增加或修改会议。")
    ) & may_attach(actor, department_id)


def may_record(
    actor: Actor, stage: Stage, department_id: int, starts_at: datetime, now: datetime
) -> Verdict:
    """A record is attached once the meeting has begun."""
    return provided(now >= starts_at, N_("会议尚未开始，不能填写记录。")) & may_announce(
        actor, stage, department_id
    )
