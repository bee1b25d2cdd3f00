"""What the pages of meetings share: their blueprint, the way in, the way back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from participation.consultations.models import Consultation
from participation.consultations.queries import desk_by_slug
from participation.kernel import clock
from participation.kernel.verdict import Verdict
from participation.meetings import queries, rules
from participation.meetings.models import Meeting
from participation.web.access import current_actor

bp = Blueprint("meetings", __name__)
DESK = "/desk/consultations/<slug>/meetings"


def entered(slug: str) -> Consultation:
    """The consultation, where the actor may see the department's work."""
    return desk_by_slug(current_actor(), slug, clock.now())


def entered_meeting(slug: str, meeting_id: int) -> tuple[Consultation, Meeting]:
    """A meeting of the consultation, where the actor may see the department's work."""
    consultation = entered(slug)
    return consultation, queries.by_id(consultation.id, meeting_id)


def may_announce(consultation: Consultation) -> Verdict:
    """Whether the actor may announce a meeting now."""
    stage = consultation.stage(clock.now())
    return rules.may_announce(current_actor(), stage, consultation.department_id)


def may_change(consultation: Consultation, meeting: Meeting) -> Verdict:
    """Whether the actor may change what was announced."""
    return rules.may_change(
        current_actor(),
        consultation.stage(clock.now()),
        consultation.department_id,
        is_cancelled=meeting.cancelled_at is not None,
        is_published=meeting.record_published_at is not None,
    )


def may_record(consultation: Consultation, meeting: Meeting) -> Verdict:
    """Whether the actor may fill in the record."""
    now = clock.now()
    return rules.may_record(
        current_actor(),
        consultation.stage(now),
        consultation.department_id,
        meeting.starts_at,
        now,
        is_cancelled=meeting.cancelled_at is not None,
    )


def to_meeting(slug: str, meeting_id: int, message: str, category: str = "message") -> Response:
    """Back to the meeting's staff page, with a word on what was done."""
    flash(message, category)
    return redirect(url_for("meetings.manage", slug=slug, meeting_id=meeting_id), code=303)
