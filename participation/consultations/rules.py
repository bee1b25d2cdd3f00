"""Rules of the procedure: what is decided, what the calendar says, who may do what.

Sources: 重大行政决策程序暂行条例 (State Council order 713) arts. 14–16 and 25; 国办发〔2016〕80号
part 1 (publication attribute); the counting of days is in `rulebook`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_, Verdict, no, provided, yes
from participation.rulebook.days import last_day_of, local
from participation.rulebook.publication import PublicationAttribute

LATE_OPENING = timedelta(minutes=5)
"""How far a planned opening may lie back and still mean "now"; the window counts from now."""


LONGEST = {
    "title": 200,
    "contact_unit": 120,
    "contact_phone": 60,
    "contact_email": 120,
    "contact_address": 200,
    "legal_basis": 5_000,
    "summary": 2_000,
    "explanation": 100_000,
    "affects": 200,
    "plain_summary": 5_000,
    "short_window_reason": 1_000,
    "attribute_reason": 1_000,
}
"""The most characters of each text a drafter fills in."""

LONGEST_PART = {
    "title": 200,
    "body": 20_000,
    "picture_words": 500,
    "link": 500,
    "removal_note": 500,
    "number": 60,
    "note": 2_000,
}
"""The same of the texts of a document, an interpretation and the decision."""

MOST_DOCUMENTS = 30
MOST_INTERPRETATIONS = 100
LONGEST_DOWNTIME = timedelta(days=3)
LONGEST_NOTE = 1_000
"""The most characters of a reviewer's note or of the note on an extension."""


class Status(StrEnum):
    """What somebody decided."""

    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"


class Stage(StrEnum):
    """What decision and calendar together say; never stored."""

    PREPARING = "preparing"
    FORTHCOMING = "forthcoming"
    OPEN = "open"
    CLOSED = "closed"
    SEALED = "sealed"


PUBLIC_STAGES = (Stage.FORTHCOMING, Stage.OPEN, Stage.CLOSED, Stage.SEALED)


class Identity(StrEnum):
    """How those who take part are to be known, by the department's choice."""

    OPTIONAL = "optional"
    CONFIRMED = "confirmed"
    ACCOUNT = "account"


IDENTITY_WORDS = {
    Identity.OPTIONAL: N_("不要求：留不留联系方式都可以"),
    Identity.CONFIRMED: N_("要留联系方式并请本人核实：没有核实的照样收下，标明“未核实”"),
    Identity.ACCOUNT: N_("登录账号才能在网上提；来信来电照样收下"),
}


class ReviewDecision(StrEnum):
    """What a reviewer says of a submitted consultation."""

    APPROVED = "approved"
    RETURNED = "returned"


MOVES: dict[Status, tuple[Status, ...]] = {
    Status.DRAFTING: (Status.IN_REVIEW,),
    Status.IN_REVIEW: (Status.APPROVED, Status.DRAFTING),
    Status.APPROVED: (Status.PUBLISHED, Status.DRAFTING),
    Status.PUBLISHED: (),
}


def stage_at(
    status: Status,
    opens_at: datetime | None,
    closes_at: datetime | None,
    sealed_at: datetime | None,
    now: datetime,
) -> Stage:
    """The stage at an instant; the window is half-open, `opens_at ≤ now < closes_at`."""
    if status is not Status.PUBLISHED or opens_at is None or closes_at is None:
        return Stage.PREPARING
    if now < opens_at:
        return Stage.FORTHCOMING
    if now < closes_at:
        return Stage.OPEN
    return Stage.CLOSED if sealed_at is None else Stage.SEALED


def may_open(planned_at: datetime | None, now: datetime) -> Verdict:
    """A planned opening has not passed by; publication is never dated back (rule W10)."""
    return provided(
        planned_at is None or planned_at >= now - LATE_OPENING,
        N_("计划的开始时间已经过去，请改为立即开始或者选择以后的时间。"),
    )


def opening(planned_at: datetime | None, now: datetime) -> datetime:
    """When a window published at `now` opens: at the planned instant, else at once."""
    return max(planned_at or now, now)


def may_close(closes_at: datetime, now: datetime) -> Verdict:
    """A window ends in the future."""
    return provided(closes_at > now, N_("截止时间已经过去，请选择以后的时间。"))


def shown_stage(stage: Stage, closes_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """The stage as its tag names it: an open window that ends today is `closing_today`."""
    if stage is Stage.OPEN and closes_at is not None:
        is_last_day = last_day_of(closes_at, zone) == local(now, zone).date()
        return "closing_today" if is_last_day else stage.value
    return stage.value


def may_move(current: Status, wanted: Status) -> Verdict:
    """Whether the table of moves knows this one."""
    return provided(wanted in MOVES[current], N_("这件事项当前的状态不允许这一步。"))


def may_see_desk(actor: Actor) -> Verdict:
    """Staff pages are for staff."""
    return provided(actor.is_staff, N_("这里是工作人员办理页面，请用工作人员账号登录。"))


def may_create(actor: Actor) -> Verdict:
    """Drafters of a department prepare consultations."""
    return provided(
        actor.is_any(Role.DRAFTER) and actor.department_id is not None,
        N_("只有部门的起草人可以新建征求意见事项。"),
    )


def may_create_for(actor: Actor, department_id: int) -> Verdict:
    """A consultation belongs to the drafter's department or to one below it."""
    return provided(actor.works_for(department_id), N_("只能为本部门或下属部门新建事项。"))


def may_view(actor: Actor, department_id: int) -> Verdict:
    """Unpublished work is seen by the department's staff and by administrators."""
    allowed = actor.is_staff and (
        actor.works_for(department_id) or actor.is_any(Role.ADMINISTRATOR)
    )
    return provided(allowed, N_("这件事项属于其他部门。"))


def may_edit(actor: Actor, status: Status, department_id: int) -> Verdict:
    """The department's drafters edit until the review begins."""
    if status is not Status.DRAFTING:
        return no(N_("已送审或已发布，内容不能再修改；如需修改，请先退回起草。"))
    return provided(
        actor.is_any(Role.DRAFTER) and actor.works_for(department_id),
        N_("只有本部门的起草人可以修改。"),
    )


def may_submit_for_review(actor: Actor, status: Status, department_id: int) -> Verdict:
    """Whoever may edit may ask for the review."""
    return may_edit(actor, status, department_id)


def nothing_pending(number: int | None) -> Verdict:
    """No newer draft waits unconfirmed: the reviewer must not read an older one."""
    return provided(number is None, N_("第%(number)s稿已经上传，还没有核对确认。"), number=number)


def affects_told(affects: str) -> Verdict:
    """The notice says whom the matter touches: the first thing people look for."""
    return provided(bool(affects), N_("还没有写明影响哪些人。"))


def may_withhold(attribute: PublicationAttribute | None) -> Verdict:
    """Single clauses are kept back only where the document is public in part."""
    return provided(
        attribute is PublicationAttribute.REDACTED,
        N_("只有公开属性为删减后公开的，才能标出不公开的条款。请先修改公开属性。"),
    )


def withheld_agree(attribute: PublicationAttribute | None, withheld: int) -> Verdict:
    """The attribute and the clauses marked agree: some are kept back, or none."""
    if attribute is PublicationAttribute.REDACTED and not withheld:
        return no(N_("公开属性为删减后公开，还没有标出哪些条款不公开。"))
    if attribute is PublicationAttribute.FULL and withheld:
        return no(N_("公开属性为全文公开，但有%(count)s个条款单元标为不公开。"), count=withheld)
    return yes()


def may_review(actor: Actor, status: Status, department_id: int, author_id: int) -> Verdict:
    """Another person than the author reviews (second pair of eyes)."""
    if status is not Status.IN_REVIEW:
        return no(N_("这件事项不在审核中。"))
    if actor.id is not None and actor.id == author_id:
        return no(N_("起草人不能审核自己起草的事项，请由他人审核。"))
    return provided(
        actor.is_any(Role.REVIEWER) and actor.works_for(department_id),
        N_("只有本部门的审核人可以审核。"),
    )


def may_recall(actor: Actor, status: Status, department_id: int) -> Verdict:
    """A drafter takes a consultation back from review or approval, to change it."""
    if status not in (Status.IN_REVIEW, Status.APPROVED):
        return no(N_("只有送审中或已批准、尚未发布的事项可以退回起草。"))
    return provided(
        actor.is_any(Role.DRAFTER, Role.REVIEWER) and actor.works_for(department_id),
        N_("只有本部门的起草人或审核人可以退回起草。"),
    )


def check_legality(is_lawful: bool | None) -> Verdict:
    """Whether the reviewer found the draft lawful (713 art. 25)."""
    if is_lawful is None:
        return no(N_("请填写合法性审查结论。"))
    return provided(is_lawful, N_("合法性审查没有通过，请退回修改。"))


def may_publish(actor: Actor, status: Status, department_id: int) -> Verdict:
    """The department publishes what was approved."""
    if status is not Status.APPROVED:
        return no(N_("尚未审核通过，不能发布。"))
    return provided(
        actor.is_any(Role.DRAFTER, Role.REVIEWER, Role.OFFICER) and actor.works_for(department_id),
        N_("只有本部门的工作人员可以发布。"),
    )


def may_extend(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """The window may be extended before it closes; afterwards a new round is needed."""
    if stage not in (Stage.FORTHCOMING, Stage.OPEN):
        return no(N_("征求意见已截止或尚未发布，不能延长。"))
    return provided(
        actor.role is Role.SYSTEM
        or (actor.is_any(Role.REVIEWER, Role.OFFICER) and actor.works_for(department_id)),
        N_("只有本部门的审核人或办理人可以延长期限。"),
    )


def may_explain_outage(actor: Actor, department_id: int) -> Verdict:
    """Whoever may extend may say instead why the window is not extended."""
    return provided(
        actor.is_any(Role.REVIEWER, Role.OFFICER) and actor.works_for(department_id),
        N_("只有本部门的审核人或办理人可以说明不延长的理由。"),
    )


def may_plan_downtime(actor: Actor) -> Verdict:
    """Whoever runs the server announces when it will be down."""
    return provided(
        actor.is_any(Role.ADMINISTRATOR, Role.SYSTEM), N_("只有管理员可以安排停机维护。")
    )


def check_downtime(from_at: datetime, until_at: datetime, now: datetime) -> Verdict:
    """Downtime is announced before it begins, has an end, and lasts three days at most."""
    if from_at <= now:
        return no(N_("开始时间已经过去，停机维护应当事先公告。"))
    if until_at <= from_at:
        return no(N_("结束时间应当晚于开始时间。"))
    return provided(until_at - from_at <= LONGEST_DOWNTIME, N_("一次停机维护最长三天。"))


def may_handle(actor: Actor, department_id: int) -> Verdict:
    """Officers of the department moderate, enter, answer, and keep surveys and meetings."""
    return provided(
        actor.role is Role.SYSTEM
        or (actor.is_any(Role.OFFICER) and actor.works_for(department_id)),
        N_("只有本部门的办理人可以办理。"),
    )


def may_attach(actor: Actor, department_id: int) -> Verdict:
    """Surveys and meetings are prepared by the department's drafters and officers."""
    return provided(
        actor.role is Role.SYSTEM
        or (actor.is_any(Role.DRAFTER, Role.OFFICER) and actor.works_for(department_id)),
        N_("只有本部门的起草人或办理人可以办理。"),
    )


def may_supply(actor: Actor, status: Status, department_id: int) -> Verdict:
    """Documents and interpretations are put together with the draft; later ones may follow.

    What is being reviewed or was approved stays as it is until it is public.
    """
    if status is Status.DRAFTING:
        return may_edit(actor, status, department_id)
    if status is not Status.PUBLISHED:
        return no(N_("送审以后、发布以前，材料和解读不能改动；如需修改，请先退回起草。"))
    return may_attach(actor, department_id)


def may_decide(actor: Actor, stage: Stage, department_id: int) -> Verdict:
    """Officers say what became of a matter, once the public was heard (713 arts. 14 and 27)."""
    if stage not in (Stage.CLOSED, Stage.SEALED):
        return no(N_("征求意见截止以后才能登记决策结果。"))
    return may_handle(actor, department_id)


def check_decision(decided_on: date, closed_on: date, today: date) -> Verdict:
    """A decision is made after the window, and not on a day to come."""
    if decided_on > today:
        return no(N_("作出决定的日期还没有到。"))
    return provided(decided_on >= closed_on, N_("作出决定的日期早于征求意见截止的日期，请核对。"))


def may_take_part(stage: Stage) -> Verdict:
    """Anybody may take part while the window is open, and nobody before or after."""
    if stage is Stage.OPEN:
        return yes()
    if stage is Stage.FORTHCOMING:
        return no(N_("征求意见尚未开始，开始后再提交。"))
    if stage is Stage.PREPARING:
        return no(N_("这件事项尚未发布。"))
    return no(N_("征求意见已经截止，不能再提交。"))
