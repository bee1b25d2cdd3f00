"""The one page of a matter for staff: its state, its course, what is missing, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from participation.consultations import queries, rules
from participation.consultations.models import Consultation, Review
from participation.consultations.place import working_calendar, zone
from participation.consultations.preview import notices
from participation.consultations.rules import (
    ReviewDecision,
    Stage,
    Status,
    may_see_desk,
    shown_stage,
)
from participation.consultations.steps import next_step
from participation.consultations.views.answering import answer_due
from participation.consultations.views.entrance import bp, seen
from participation.kernel import clock
from participation.kernel.text import paragraphs
from participation.rulebook.deadlines import adoption_due
from participation.rulebook.matters import duties
from participation.web.access import current_actor, guarded
from participation.web.filters import day, last_moment


@bp.get("/<slug>")
@guarded(may_see_desk)
def manage(slug: str) -> Any:
    """The matter's page."""
    found, actor, now = seen(slug), current_actor(), clock.now()
    stage, reviews = found.stage(now), queries.reviews_of(found.id)
    version, pending = queries.current_draft(found.id), queries.pending_draft(found.id)
    package = queries.package_of(found.id)
    is_drafting = found.status is Status.DRAFTING
    missing = queries.missing_for_review(found, now) if is_drafting else []
    opens_at = found.opens_at or rules.opening(found.planned_opens_at, now)
    return render_template(
        "consultations/manage.html",
        consultation=found,
        stage=stage,
        shown_state=_shown_state(found, stage, reviews, now),
        step=next_step(
            actor,
            status=found.status,
            stage=stage,
            department_id=found.department_id,
            author_id=found.author_id,
            attribute=found.publication_attribute,
            is_complete=not missing,
        ),
        missing=missing,
        course=_course(found, stage, reviews),
        version=version,
        pending=pending,
        draft_warnings=notices(version.warnings) if version else [],
        withheld=queries.withheld_count(version.id) if version else 0,
        finding=queries.window_finding(found, opens_at),
        reminders=queries.reminders(found, version, now),
        duties=duties(touches_market=found.touches_market),
        reviews=reviews,
        package=package,
        # When each was made is of interest here alone: asked for where there is one.
        extensions=queries.extensions_of(found.id) if package.extensions else [],
        may_decide=rules.may_decide(actor, stage, found.department_id),
        outage=answer_due(found, actor, stage),
        may_edit=rules.may_edit(actor, found.status, found.department_id),
        may_recall=rules.may_recall(actor, found.status, found.department_id),
        may_extend=rules.may_extend(actor, stage, found.department_id),
        explanation=paragraphs(found.explanation),
        basis=paragraphs(found.legal_basis),
        now=now,
    )


def _shown_state(
    consultation: Consultation, stage: Stage, reviews: Sequence[Review], now: datetime
) -> str:
    """The word of the state tag."""
    if stage is Stage.PREPARING:
        returned = reviews and reviews[0].decision is ReviewDecision.RETURNED
        is_returned = consultation.status is Status.DRAFTING and returned
        return "returned" if is_returned else consultation.status.value
    return shown_stage(stage, consultation.closes_at, now, zone())


def _course(
    consultation: Consultation, stage: Stage, reviews: Sequence[Review]
) -> list[dict[str, Any]]:
    """The steps of the matter for the timeline: what is done, what is now, what comes."""
    approved = reviews[0] if reviews and reviews[0].decision is ReviewDecision.APPROVED else None
    done = _steps_done(consultation, stage)
    steps: list[dict[str, Any]] = [
        {
            "label": _("起草"),
            "at": consultation.created_at,
            "note": consultation.author.display_name,
        },
        {
            "label": _("审核"),
            "at": approved.reviewed_at if approved else None,
            "note": approved.reviewer.display_name if approved else "",
        },
        {"label": _("发布"), "at": consultation.published_at},
        {"label": _("征求意见"), "at": consultation.opens_at or consultation.planned_opens_at},
        {"label": _("办理意见"), **_due(consultation)},
        {"label": _("采纳情况定稿"), "at": consultation.sealed_at},
    ]
    waits = stage is Stage.FORTHCOMING
    for position, each in enumerate(steps):
        each["state"] = "next" if position > done or (waits and position == done) else "now"
        if position < done:
            each["state"] = "done"
        if each["state"] == "next" and not each["at"]:
            each.pop("at")
    return steps


def _steps_done(consultation: Consultation, stage: Stage) -> int:
    if stage is Stage.PREPARING:
        return {Status.DRAFTING: 0, Status.IN_REVIEW: 1, Status.APPROVED: 2}[consultation.status]
    return {Stage.FORTHCOMING: 3, Stage.OPEN: 3, Stage.CLOSED: 4, Stage.SEALED: 6}[stage]


def _due(consultation: Consultation) -> dict[str, Any]:
    closes_at = consultation.closes_at
    if closes_at is None:
        return {"at": None}
    said = {"at": None, "when": _("%(at)s截止以后", at=last_moment(closes_at))}
    if consultation.sealed_at is not None:
        return said
    due = adoption_due(closes_at, zone=zone(), calendar=working_calendar())
    return {**said, "note": _("一个月内（%(day)s前）公布采纳情况", day=day(due.on))}
