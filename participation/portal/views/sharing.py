"""Beyond this site: the notice sheet for a board, the view in others' pages, the hall's screen."""

from __future__ import annotations

from flask import Response, current_app, render_template, request, url_for

from participation.consultations import queries
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.portal import course
from participation.portal.queries import overview, received_of
from participation.portal.views.entrance import bp
from participation.web.access import public
from participation.web.caching import public_page
from participation.web.headers import allow_frames

PAPERS = ("a4", "a3")
SHEET_WORDS = 260
KIOSK_SECONDS = 20
KIOSK_MOST = 12


@bp.get("/consultations/<slug>/share")
@public
def share(slug: str) -> Response:
    """Where to get the sheet, the piece of markup for other sites, and the QR picture."""
    now = clock.now()
    seen = overview(slug, now)
    site = current_app.config["SETTINGS"].site

    def render() -> str:
        return render_template(
            "portal/share.html",
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            address=f"{site}{url_for('portal.consultation', slug=slug)}",
            framed=f"{site}{url_for('portal.embed', slug=slug)}",
        )

    return public_page(seen.version, now, render)


@bp.get("/consultations/<slug>/sheet")
@public
def sheet(slug: str) -> Response:
    """The notice for a board, on one page of A4 or A3: the short text, until when, how, the QR."""
    now = clock.now()
    seen = overview(slug, now)
    size = request.args.get("size", "")
    site = current_app.config["SETTINGS"].site
    found = seen.consultation

    def render() -> str:
        return render_template(
            "portal/sheet.html",
            consultation=found,
            now=now,
            tag=course.tag_of(found, now),
            short=(found.plain_summary or found.summary)[: SHEET_WORDS + 1],
            most=SHEET_WORDS,
            paper=size if size in PAPERS else PAPERS[0],
            address=f"{site}{url_for('portal.consultation', slug=slug)}",
        )

    return public_page(seen.version, now, render)


@bp.get("/embed/<slug>")
@public
def embed(slug: str) -> Response:
    """A consultation in a frame of another site: nothing to fill in, no cookie, links lead here."""
    now = clock.now()
    seen = overview(slug, now)

    def render() -> str:
        return render_template(
            "portal/embed.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
        )

    response = public_page(seen.version, now, render)
    allow_frames()
    return response


@bp.get("/kiosk")
@public
def kiosk() -> Response:
    """The screen of a service hall: one open consultation after the other, large.

    It goes on by the `Refresh` header, so that it turns without script; `stop` holds it.
    """
    now = clock.now()
    shown = list(queries.listed(Stage.OPEN, now, size=KIOSK_MOST).items)
    place = request.args.get("item", 1, type=int)
    place = place if 1 <= place <= len(shown) else 1
    stopped = "stop" in request.args
    found = shown[place - 1] if shown else None
    received = received_of([found.id])[found.id] if found else 0

    def render() -> str:
        return render_template(
            "portal/kiosk.html",
            consultation=found,
            place=place,
            count=len(shown),
            following=place % len(shown) + 1 if shown else 1,
            stopped=stopped,
            now=now,
            received=received,
            tag=course.tag_of(found, now) if found else "",
        )

    version = (place, len(shown), found and (found.id, found.revision), received)
    response = public_page(version, now, render)
    if not stopped:
        following = place % len(shown) + 1 if shown else 1
        response.headers["Refresh"] = (
            f"{KIOSK_SECONDS}; url={url_for('portal.kiosk', item=following)}"
        )
    return response
