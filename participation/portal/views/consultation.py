"""The page of a consultation, and its address for paper."""

from __future__ import annotations

import io

import segno
from flask import Response, abort, current_app, make_response, render_template, url_for

from participation.adoption.queries import due_of
from participation.consultations import queries
from participation.kernel import clock
from participation.portal import course
from participation.portal.queries import (
    meetings_of,
    overview,
    surveys_of,
)
from participation.portal.views.entrance import bp
from participation.rulebook.matters import window_rule
from participation.web.access import public
from participation.web.caching import public_page


@bp.get("/consultations/<slug>")
@public
def consultation(slug: str) -> Response:
    """What is proposed, until when, how to take part, where it stands."""
    now = clock.now()
    seen = overview(slug, now)
    found = seen.consultation

    def render() -> str:
        return render_template(
            "portal/consultation.html",
            seen=seen,
            consultation=found,
            now=now,
            tag=course.tag_of(found, now),
            is_nearly_over=course.is_nearly_over(found, now),
            steps=course.steps_of(found, due_of(found), now),
            headings=queries.headings_of(seen.draft_id),
            surveys=surveys_of(found.id) if seen.surveys else [],
            meetings=meetings_of(found.id) if seen.meetings else [],
            package=queries.package_of(found.id),
            rule=window_rule(found.matter, touches_market=found.touches_market).rule,
            page_qr=url_for("portal.qr", slug=slug),
        )

    return public_page(seen.version, now, render)


@bp.get("/consultations/<slug>/qr.svg")
@public
def qr(slug: str) -> Response:
    """The page's address as a QR picture, for paper."""
    overview(slug, clock.now())
    if len(slug) > 40:
        abort(404)
    site = current_app.config["SETTINGS"].site
    code = segno.make(f"{site}{url_for('portal.consultation', slug=slug)}", error="m")
    # With its namespace and a quiet zone: inline markup shows as no picture, and is not scanned.
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=4, scale=4, dark="#1f2328", light="#ffffff")
    response = make_response(picture.getvalue())
    response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
