"""The course of a matter: its steps with their dates, and the word for where it stands today."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from participation.consultations.models import Consultation
from participation.consultations.rules import Stage, shown_stage
from participation.rulebook.deadlines import Due
from participation.web.filters import day, last_moment, zone


def tag_of(consultation: Consultation, now: datetime) -> str:
    """The stage as its tag says it."""
    return shown_stage(consultation.stage(now), consultation.closes_at, now, zone())


def is_nearly_over(consultation: Consultation, now: datetime) -> bool:
    """Whether the last two days have begun."""
    assert consultation.closes_at is not None
    return consultation.closes_at - now <= timedelta(days=2)


def steps_of(consultation: Consultation, due: Due, now: datetime) -> list[dict[str, Any]]:
    """The steps for the timeline, each done, now or next, with its date or due date."""
    stage = consultation.stage(now)
    assert consultation.closes_at is not None
    places = {Stage.FORTHCOMING: 1, Stage.OPEN: 1, Stage.CLOSED: 2, Stage.SEALED: 4}
    reached = places[stage]
    overdue = stage is Stage.CLOSED and now >= due.at
    steps: list[dict[str, Any]] = [
        {"label": _("公布草案"), "at": consultation.published_at},
        {
            "label": _("征求意见"),
            "when": _(
                "%(start)s 至 %(end)s",
                start=day(consultation.opens_at or now),
                end=last_moment(consultation.closes_at),
            ),
        },
        {
            "label": _("研究答复"),
            "when": _("应在 %(day)s 前公布采纳情况", day=day(due.on)),
            "note": _("已超过应公布的日期") if overdue else None,
        },
        {"label": _("公布采纳情况"), "at": consultation.sealed_at},
    ]
    for place, step in enumerate(steps):
        step["state"] = "done" if place < reached else "now" if place == reached else "next"
    if stage is Stage.FORTHCOMING:
        steps[1]["state"] = "next"
    return steps
