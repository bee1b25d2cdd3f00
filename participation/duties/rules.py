"""Kinds of duties, when each is late, and at which instants its handlers are reminded; pure.

The due days themselves are those of the features (rules O3, O8, the author's request to erase);
what no rule dates has no due day and is never late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, provided
from participation.rulebook.days import local

REMIND_AT = time(9)
SOON_DAYS = 7
OVERDUE = -1
"""The step of the one reminder after the due day; the others count the days before it."""


class DutyKind(StrEnum):
    """What is owed."""

    OPENING = "opening"
    MODERATE = "moderate"
    QUESTION = "question"
    ERASURE = "erasure"
    OUTAGE = "outage"
    QUIET = "quiet"
    SUMMARY = "summary"
    RECORD = "record"
    DECISION = "decision"


DUTY_WORDS = {
    DutyKind.OPENING: N_("按计划发布草案"),
    DutyKind.MODERATE: N_("审看意见是否公开"),
    DutyKind.QUESTION: N_("答复群众提问"),
    DutyKind.ERASURE: N_("答复删除内容的申请"),
    DutyKind.OUTAGE: N_("服务中断：延长期限或说明理由"),
    DutyKind.QUIET: N_("期限过半，还没有人提意见"),
    DutyKind.SUMMARY: N_("答复意见，公布采纳情况"),
    DutyKind.RECORD: N_("公布会议记录"),
    DutyKind.DECISION: N_("登记决策结果"),
}

STEPS = {
    DutyKind.OPENING: (3, 1),
    DutyKind.QUESTION: (0,),
    DutyKind.ERASURE: (7, 3, 1),
    DutyKind.SUMMARY: (14, 7, 3, 1),
    DutyKind.RECORD: (7,),
    DutyKind.DECISION: (14, 7, 3, 1),
}
"""How many days before its due day a duty is reminded of; a question has one to three days."""


class When(StrEnum):
    """How near a duty's due day is; every duty is in exactly one."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"
    UNDATED = "undated"


WHEN_WORDS = {
    When.LATE: N_("已逾期"),
    When.SOON: N_("7天内到期"),
    When.LATER: N_("7天以后"),
    When.UNDATED: N_("尽快办理"),
}


@dataclass(frozen=True)
class Duty:
    """Something a department owes on one matter: `count` pieces of it, due on one day.

    `number`: of the opinion (erasure) or the meeting (record), 0 for the others. `since`: the day
    that a quiet window opened on.
    """

    kind: DutyKind
    consultation_id: int
    slug: str
    title: str
    department_id: int
    author_id: int
    due_on: date | None
    count: int = 1
    number: int = 0
    since: date | None = None

    @property
    def day(self) -> date | None:
        """The day that its reminders are named by."""
        return self.due_on or self.since

    def when(self, today: date) -> When:
        """How near the due day is."""
        if self.due_on is None:
            return When.UNDATED
        if self.due_on < today:
            return When.LATE
        return When.SOON if (self.due_on - today).days <= SOON_DAYS else When.LATER


def may_see_overview(actor: Actor) -> Verdict:
    """Heads of departments (who review), coordinators (officers) and administrators."""
    return provided(
        actor.is_any(Role.REVIEWER, Role.OFFICER, Role.ADMINISTRATOR),
        N_("部门总览由审核人、经办人和管理员查看。"),
    )


def half_of(opens_at: datetime, closes_at: datetime) -> datetime:
    """When half of a window is over."""
    return opens_at + (closes_at - opens_at) / 2


def remind_at(due_on: date, step: int, zone: ZoneInfo) -> datetime:
    """When the reminder of a step goes out: 9:00 of its day; the last a day after the due one."""
    return datetime.combine(due_on - timedelta(days=step), REMIND_AT, zone)


def steps_from(kind: DutyKind, due_on: date, now: datetime, zone: ZoneInfo) -> list[int]:
    """The steps still to be reminded of: the present one, where one has begun, and those to come.

    A step that another has followed is over: nobody gets two reminders of one duty at once.
    """
    if kind not in STEPS:
        return []
    steps = (*STEPS[kind], OVERDUE)
    begun = [each for each in steps if remind_at(due_on, each, zone) <= now]
    return list(steps[max(0, len(begun) - 1) :])


def is_step_now(kind: DutyKind, due_on: date, step: int, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a step has begun and no other has followed it."""
    left = steps_from(kind, due_on, now, zone)
    return bool(left) and left[0] == step and remind_at(due_on, step, zone) <= now


def days_left(due_on: date, now: datetime, zone: ZoneInfo) -> int:
    """Days from today to the due day; negative once it is past."""
    return (due_on - local(now, zone).date()).days
