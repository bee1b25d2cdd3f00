"""The course of a matter: its five steps with their dates, and the word for where it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from participation.consultations.kinds import DecisionOutcome
from participation.consultations.models import Consultation
from participation.consultations.rules import Stage, shown_stage
from participation.rulebook.days import local
from participation.rulebook.deadlines import Due
from participation.web.filters import day, last_moment, zone

ENDED = {DecisionOutcome.ISSUED: "finalised", DecisionOutcome.DROPPED: "stopped"}
# The place of the step that is going on, in each stage.
REACHED = {Stage.FORTHCOMING: 1, Stage.OPEN: 1, Stage.CLOSED: 2, Stage.SEALED: 4}


def tag_of(consultation: Consultation, now: datetime) -> str:
    """The stage as its tag says it; once all was answered, also what was decided."""
    stage = consultation.stage(now)
    if stage is Stage.SEALED and consultation.outcome is not None:
        return ENDED[consultation.outcome]
    return shown_stage(stage, consultation.closes_at, now, zone())


def is_nearly_over(consultation: Consultation, now: datetime) -> bool:
    """Whether the last two days have begun."""
    assert consultation.closes_at is not None
    return consultation.closes_at - now <= timedelta(days=2)


def steps_of(consultation: Consultation, due: Due, now: datetime) -> list[dict[str, Any]]:
    """The five steps for the timeline, each done, now or next, with its date or due date."""
    stage = consultation.stage(now)
    assert consultation.closes_at is not None
    overdue = stage is Stage.CLOSED and now >= due.at
    steps: list[dict[str, Any]] = [
        {"label": _("准备草案"), "when": _published(consultation)},
        {
            "label": _("征求意见"),
            "when": _(
                "%(start)s 至 %(end)s",
                start=day(consultation.opens_at or now),
                end=last_moment(consultation.closes_at),
            ),
        },
        {"label": _("研究答复"), "when": _("截止以后，逐条研究")},
        {
            "label": _("公布采纳情况"),
            "at": consultation.sealed_at,
            "when": _("应在 %(day)s 前", day=day(due.on)),
            "note": _("已超过应公布的日期") if overdue else None,
        },
        {"label": _("作出决定"), **_decision(consultation, now)},
    ]
    for place, step in enumerate(steps):
        reached = REACHED[stage]
        step["state"] = "done" if place < reached else "now" if place == reached else "next"
    if stage is Stage.FORTHCOMING:
        steps[1]["state"] = "next"
    if consultation.decided_on is not None:
        steps[4]["state"] = "done"
    return steps


def _published(consultation: Consultation) -> str:
    return _("%(day)s 公布", day=day(consultation.published_at or consultation.created_at))


def _decision(consultation: Consultation, now: datetime) -> dict[str, Any]:
    decided_on, due_on = consultation.decided_on, consultation.decision_due_on
    if decided_on is not None:
        is_dropped = consultation.outcome is DecisionOutcome.DROPPED
        words = _("%(day)s 决定不再制定") if is_dropped else _("%(day)s 作出")
        return {"when": words % {"day": day(decided_on)}}
    if due_on is None:
        return {"when": _("公布采纳情况以后")}
    is_late = local(now, zone()).date() > due_on
    return {
        "when": _("预计 %(day)s 前", day=day(due_on)),
        "note": _("已超过预计的日期") if is_late else None,
    }
