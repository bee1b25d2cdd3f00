"""What lies on a staff member's desk: each matter with the one next act for this person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from participation.adoption.queries import Refusal, due_of, refusals
from participation.comments.queries import ManyReveals, OpenRequest, many_reveals, open_requests
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.consultations.queries import work_of
from participation.consultations.queries.outages import unanswered
from participation.consultations.rules import (
    Stage,
    Status,
    may_explain_outage,
    may_handle,
    shown_stage,
)
from participation.consultations.steps import Step, next_step
from participation.desk import queries
from participation.desk.queries import Figures
from participation.duties.queries import is_quiet
from participation.kernel.actor import Actor, Role
from participation.kernel.verdict import N_
from participation.rulebook.days import close_after, local
from participation.rulebook.deadlines import Due

MOST_MATTERS = 200
NEVER = datetime.max.replace(tzinfo=UTC)

WAITING_WORDS = {
    Step.AWAIT_DRAFTER: N_("等起草人补充并送审"),
    Step.AWAIT_REVIEWER: N_("等起草人以外的审核人审核"),
    Step.AWAIT_PUBLICATION: N_("已审核通过，等承办部门发布"),
    Step.NOT_PUBLIC: N_("公开属性为不予公开，不能公开征求意见"),
    Step.AWAIT_OPENING: N_("到时间自动开始，不需要办理"),
    Step.AWAIT_CLOSE: N_("正在征求意见"),
    Step.AWAIT_OFFICER: N_("等经办人答复"),
    Step.MODERATE: N_("正在征求意见，没有待审看的意见"),
    Step.ANSWER: N_("意见都已答复，等自动定稿"),
    Step.FINISHED: N_("已公布"),
}
"""What is said of a matter that needs nothing from this person now."""

_PLAIN_TASKS = {
    Step.COMPLETE: (N_("继续起草"), "consultations.manage"),
    Step.REQUEST_REVIEW: (N_("核对后送审"), "consultations.manage"),
    Step.REVIEW: (N_("审核"), "consultations.review"),
    Step.PUBLISH: (N_("发布"), "consultations.publish"),
}
_MODERATE = (N_("审看 %(count)s 条意见"), "comments.queue")
_ANSWER_OUTAGE = (N_("服务中断：延长期限或说明理由"), "consultations.manage")
_ANSWER = (N_("答复 %(count)s 份意见"), "adoption.desk")


@dataclass(frozen=True)
class Task:
    """The one next act: its words (a Chinese msgid with params) and the page where it is done."""

    words: str
    endpoint: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Matter:
    """A consultation as it lies on this desk.

    `state` is the word of the state tag; `due` and `is_overdue` speak of the adoption summary;
    `is_quiet`: half of the window is over and nobody has written. `owes_answer`: an outage took
    too much of its last day; it is extended, or a reason is given.
    """

    consultation: Consultation
    stage: Stage
    state: str
    step: Step
    figures: Figures
    due: Due | None
    is_overdue: bool
    is_quiet: bool
    owes_answer: bool
    task: Task | None

    @property
    def waiting_words(self) -> str:
        """What the matter waits for, where it waits for somebody else or for the calendar."""
        return WAITING_WORDS.get(self.step, "")

    @property
    def presses_at(self) -> datetime:
        """By when something has to be done, for the order of the list."""
        if self.due is not None:
            return close_after(self.due.on, zone())
        if self.stage is Stage.PREPARING:
            return self.consultation.planned_opens_at or NEVER
        return self.consultation.closes_at or NEVER


@dataclass(frozen=True)
class Board:
    """A person's desk: what is to be done, the other matters by stage, what is held back.

    `requests`: authors who ask an officer to erase; `reveals`: for administrators, who was shown
    unusually many contacts.
    `is_cut`: there are more unfinished matters than the 200 latest, which are shown.
    """

    tasks: list[Matter]
    others: dict[Stage, list[Matter]]
    refusals: list[Refusal]
    is_cut: bool
    requests: Sequence[OpenRequest] = ()
    reveals: Sequence[ManyReveals] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.tasks or self.others or self.refusals or self.requests)


def board_of(actor: Actor, now: datetime) -> Board:
    """The desk of a staff member at `now`; ten statements, whatever the number of matters."""
    work = work_of(actor, now, MOST_MATTERS)
    unfinished = [each for stage in work.values() for each in stage]
    found = [*unfinished, *queries.answered(actor, now)]
    drafting = [each.id for each in found if each.status is Status.DRAFTING]
    figures = queries.figures_of([each.id for each in found])
    returned, with_texts = queries.returned(drafting), queries.with_texts(drafting)
    owing = unanswered([each.id for each in found])
    matters = [
        _matter(
            actor,
            each,
            figures[each.id],
            now,
            is_returned=each.id in returned,
            has_texts=each.id in with_texts,
            owes_answer=each.id in owing,
        )
        for each in found
    ]
    tasks = sorted(
        (each for each in matters if each.task),
        key=lambda each: (
            not (each.owes_answer or each.is_overdue),
            each.presses_at,
            each.consultation.id,
        ),
    )
    others: dict[Stage, list[Matter]] = {}
    for each in matters:
        if each.task is None:
            others.setdefault(each.stage, []).append(each)
    ordered = {stage: others[stage] for stage in Stage if stage in others}
    return Board(
        tasks,
        ordered,
        _refusals_for(actor),
        len(unfinished) == MOST_MATTERS,
        open_requests(actor) if actor.is_any(Role.OFFICER) else (),
        many_reveals(now) if actor.is_any(Role.ADMINISTRATOR) else (),
    )


def _matter(
    actor: Actor,
    consultation: Consultation,
    figures: Figures,
    now: datetime,
    *,
    is_returned: bool,
    has_texts: bool,
    owes_answer: bool,
) -> Matter:
    stage = consultation.stage(now)
    step = next_step(
        actor,
        status=consultation.status,
        stage=stage,
        department_id=consultation.department_id,
        author_id=consultation.author_id,
        attribute=consultation.publication_attribute,
        is_complete=has_texts and _form_is_filled(consultation),
    )
    unanswered = stage is Stage.CLOSED or (stage is Stage.SEALED and figures.pending > 0)
    due = due_of(consultation) if unanswered else None
    return Matter(
        consultation=consultation,
        stage=stage,
        state="returned" if is_returned else _state(consultation, stage, now),
        step=step,
        figures=figures,
        due=due,
        is_overdue=due is not None and figures.pending > 0 and due.on < local(now, zone()).date(),
        is_quiet=stage is Stage.OPEN and is_quiet(consultation, figures.received, now),
        owes_answer=owes_answer,
        task=_answer_task(actor, consultation, owes_answer)
        or _task(actor, consultation, step, figures),
    )


def _answer_task(actor: Actor, consultation: Consultation, owes_answer: bool) -> Task | None:
    if owes_answer and may_explain_outage(actor, consultation.department_id):
        return Task(*_ANSWER_OUTAGE)
    return None


def _task(actor: Actor, consultation: Consultation, step: Step, figures: Figures) -> Task | None:
    if step in _PLAIN_TASKS:
        return Task(*_PLAIN_TASKS[step])
    if not may_handle(actor, consultation.department_id):
        return None
    if figures.pending and step in (Step.ANSWER, Step.FINISHED):
        return Task(*_ANSWER, {"count": figures.pending})
    if figures.waiting and step in (Step.MODERATE, Step.ANSWER, Step.FINISHED):
        return Task(*_MODERATE, {"count": figures.waiting})
    return None


def _form_is_filled(consultation: Consultation) -> bool:
    """Whether nothing obvious is missing; the matter's own page checks it all before the review."""
    contact = (
        consultation.contact_phone or consultation.contact_email or consultation.contact_address
    )
    return bool(
        consultation.contact_unit
        and contact
        and consultation.closes_at
        and consultation.publication_attribute
    )


def _state(consultation: Consultation, stage: Stage, now: datetime) -> str:
    if stage is Stage.PREPARING:
        return consultation.status.value
    return shown_stage(stage, consultation.closes_at, now, zone())


def _refusals_for(actor: Actor) -> list[Refusal]:
    is_everybodys = actor.is_any(Role.ADMINISTRATOR)
    return [each for each in refusals() if is_everybodys or actor.works_for(each.department_id)]
