"""The opinions that are publicly shown, newest first."""

from __future__ import annotations

from flask import Response, render_template, request

from participation.comments import queries as comments
from participation.comments.rules import STANDING_WORDS
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.portal import course
from participation.portal.queries import overview
from participation.portal.views.entrance import bp
from participation.web.access import public
from participation.web.caching import public_page


@bp.get("/consultations/<slug>/comments")
@public
def opinions(slug: str) -> Response:
    """A page of released opinions; personal data in them is masked."""
    now = clock.now()
    seen = overview(slug, now)
    after = parse_cursor(request.args.get("after"))

    def render() -> str:
        page = comments.released(seen.consultation.id, after=after)
        return render_template(
            "portal/comments.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            page=page,
            changes=comments.changes_of(page.items),
            files=comments.released_files([each.id for each in page.items]),
            standings=comments.standing_counts(seen.consultation.id),
            standing_words=STANDING_WORDS,
            is_first=after is None,
            gone=comments.tombstones(seen.consultation.id) if after is None else [],
        )

    return public_page(seen.version, now, render)
