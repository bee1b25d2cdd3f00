"""The staff's pages of an announcement: the list, a new one, a change, calling it off."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from participation.consultations.models import Consultation
from participation.consultations.rules import may_see_desk
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.meetings import operations, queries, rules
from participation.meetings.forms import CancelForm, MeetingForm, filled
from participation.meetings.models import Meeting
from participation.meetings.views.entrance import (
    DESK,
    bp,
    entered,
    entered_meeting,
    may_announce,
    may_change,
    may_record,
    to_meeting,
)
from participation.web.access import current_actor, guarded


@bp.get(DESK)
@guarded(may_see_desk)
def listed(slug: str) -> Any:
    """The meetings of a consultation by the time they begin."""
    consultation = entered(slug)
    return render_template(
        "meetings/listed.html",
        consultation=consultation,
        meetings=queries.of_consultation(consultation.id),
        verdict=may_announce(consultation),
        now=clock.now(),
        meeting_words=rules.MEETING_WORDS,
        state_words=rules.STATE_WORDS,
    )


@bp.route(f"{DESK}/new", methods=["GET", "POST"])
@guarded(may_see_desk)
def new(slug: str) -> Any:
    """Announce a meeting."""
    consultation = entered(slug)
    may_announce(consultation).enforce()
    form = MeetingForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.announce_meeting(current_actor(), slug, form.fields())
                meeting_id = made.id
            return to_meeting(slug, meeting_id, _("会议已预告。"))
        except Refused as error:
            form.refuse(error)
    return _announcement(consultation, None, form)


@bp.route(f"{DESK}/<int:meeting_id>/edit", methods=["GET", "POST"])
@guarded(may_see_desk)
def edit(slug: str, meeting_id: int) -> Any:
    """Change what was announced."""
    consultation, meeting = entered_meeting(slug, meeting_id)
    may_change(consultation, meeting).enforce()
    form = MeetingForm(data=filled(meeting))
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_meeting(current_actor(), slug, meeting_id, form.fields())
            return to_meeting(slug, meeting_id, _("会议安排已更改。"))
        except Refused as error:
            form.refuse(error)
    return _announcement(consultation, meeting, form)


def _announcement(consultation: Consultation, meeting: Meeting | None, form: MeetingForm) -> Any:
    page = render_template(
        "meetings/announcement.html", consultation=consultation, meeting=meeting, form=form
    )
    return page, 422 if form.errors else 200


@bp.get(f"{DESK}/<int:meeting_id>")
@guarded(may_see_desk)
def manage(slug: str, meeting_id: int) -> Any:
    """A meeting as staff see it: where it stands, what the rules remark, the next act."""
    return _managed(slug, meeting_id, CancelForm(formdata=None))


@bp.post(f"{DESK}/<int:meeting_id>/cancel")
@guarded(may_see_desk)
def cancel(slug: str, meeting_id: int) -> Any:
    """Call a meeting off, with its reason."""
    entered(slug)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.cancel_meeting(current_actor(), slug, meeting_id, form.note.data)
            return to_meeting(slug, meeting_id, _("会议已取消，公众页面已注明。"))
        except Refused as error:
            form.refuse(error)
    return _managed(slug, meeting_id, form), 422


def _managed(slug: str, meeting_id: int, form: CancelForm) -> str:
    consultation, meeting = entered_meeting(slug, meeting_id)
    now = clock.now()
    return render_template(
        "meetings/manage.html",
        consultation=consultation,
        meeting=meeting,
        form=form,
        state=meeting.state(now),
        cautions=queries.cautions_of(meeting, consultation, now),
        changing=may_change(consultation, meeting),
        recording=may_record(consultation, meeting),
        is_public=consultation.published_at is not None,
        meeting_words=rules.MEETING_WORDS,
        state_words=rules.STATE_WORDS,
    )
