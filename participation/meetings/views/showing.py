"""The public's pages of a meeting: what is announced, what was recorded, the files."""

from __future__ import annotations

from typing import Any

from flask import render_template

from participation.consultations.queries import by_slug, public_by_slug
from participation.consultations.rules import PUBLIC_STAGES, may_view
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.kernel.files import MEDIA_TYPES
from participation.kernel.storage import storage
from participation.meetings import queries, rules
from participation.meetings.views.entrance import bp
from participation.web.access import current_actor, public
from participation.web.caching import public_page
from participation.web.download import stored_file


@bp.get("/consultations/<slug>/meetings/<int:meeting_id>")
@public
def show(slug: str, meeting_id: int) -> Any:
    """A meeting: when and where, how to join; afterwards its record."""
    now = clock.now()
    consultation = public_by_slug(slug, now)
    meeting = queries.by_id(consultation.id, meeting_id)

    def render() -> str:
        return render_template(
            "meetings/show.html",
            consultation=consultation,
            meeting=meeting,
            state=meeting.state(now),
            now=now,
            meeting_words=rules.MEETING_WORDS,
            attendee_words=rules.ATTENDEE_WORDS,
            state_words=rules.STATE_WORDS,
        )

    return public_page((consultation.revision, consultation.stage(now)), now, render)


@bp.get("/consultations/<slug>/meetings/<int:meeting_id>/files/<int:file_id>")
@public
def file(slug: str, meeting_id: int, file_id: int) -> Any:
    """A file of the record, to be saved and never to be run; before publication for staff."""
    consultation = by_slug(slug)
    meeting, found = queries.file_of(consultation.id, meeting_id, file_id)
    is_public = (
        consultation.stage(clock.now()) in PUBLIC_STAGES and meeting.record_published_at is not None
    )
    if not is_public and not may_view(current_actor(), consultation.department_id):
        raise NotFound(str(file_id))
    content = storage().get(found.storage_key)
    return stored_file(content, MEDIA_TYPES[found.kind], found.name, is_public=is_public)
