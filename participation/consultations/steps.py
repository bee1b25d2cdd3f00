"""The one next act in the procedure, for one person; pure."""

from __future__ import annotations

from enum import StrEnum

from participation.consultations import rules
from participation.consultations.rules import Stage, Status
from participation.kernel.actor import Actor
from participation.rulebook.publication import PublicationAttribute


class Step(StrEnum):
    """What this person can do next, or whom the matter waits for."""

    COMPLETE = "complete"
    REQUEST_REVIEW = "request_review"
    REVIEW = "review"
    PUBLISH = "publish"
    MODERATE = "moderate"
    ANSWER = "answer"
    AWAIT_DRAFTER = "await_drafter"
    AWAIT_REVIEWER = "await_reviewer"
    AWAIT_PUBLICATION = "await_publication"
    NOT_PUBLIC = "not_public"
    AWAIT_OPENING = "await_opening"
    AWAIT_CLOSE = "await_close"
    AWAIT_OFFICER = "await_officer"
    FINISHED = "finished"


def next_step(
    actor: Actor,
    *,
    status: Status,
    stage: Stage,
    department_id: int,
    author_id: int,
    attribute: PublicationAttribute | None,
    is_complete: bool,
) -> Step:
    """The next act of a matter as this actor meets it."""
    if status is Status.DRAFTING:
        if not rules.may_edit(actor, status, department_id):
            return Step.AWAIT_DRAFTER
        return Step.REQUEST_REVIEW if is_complete else Step.COMPLETE
    if status is Status.IN_REVIEW:
        may = rules.may_review(actor, status, department_id, author_id)
        return Step.REVIEW if may else Step.AWAIT_REVIEWER
    if status is Status.APPROVED:
        if attribute is PublicationAttribute.WITHHELD:
            return Step.NOT_PUBLIC
        may = rules.may_publish(actor, status, department_id)
        return Step.PUBLISH if may else Step.AWAIT_PUBLICATION
    return _public_step(stage, handles=bool(rules.may_handle(actor, department_id)))


def _public_step(stage: Stage, *, handles: bool) -> Step:
    if stage is Stage.FORTHCOMING:
        return Step.AWAIT_OPENING
    if stage is Stage.OPEN:
        return Step.MODERATE if handles else Step.AWAIT_CLOSE
    if stage is Stage.CLOSED:
        return Step.ANSWER if handles else Step.AWAIT_OFFICER
    return Step.FINISHED
