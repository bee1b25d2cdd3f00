"""A consultation: its page, its draft in leaves, one clause with what was said of it."""

from __future__ import annotations

import segno
from flask import Response, abort, current_app, make_response, render_template, request, url_for

from participation.adoption.queries import due_of
from participation.comments import queries as comments
from participation.consultations import queries
from participation.consultations.queries import ClauseRow
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.kernel.paging import parse_cursor
from participation.portal import course
from participation.portal.leaves import leaf_of, leaves_of
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
            extensions=queries.extensions_of(found.id),
            rule=window_rule(found.matter, touches_market=found.touches_market).rule,
            page_qr=url_for("portal.qr", slug=slug),
        )

    return public_page(seen.version, now, render)


@bp.get("/consultations/<slug>/draft")
@public
def draft(slug: str) -> Response:
    """The draft as a law book: a leaf at a time where it is long."""
    now = clock.now()
    seen = overview(slug, now)

    def render() -> str:
        leaves = leaves_of(queries.public_clauses(seen.draft_id) if seen.draft_id else [])
        wanted = request.args.get("leaf", "1")
        place = int(wanted) - 1 if wanted.isdigit() and len(wanted) < 4 else 0
        if not 0 <= place < len(leaves):
            raise NotFound(wanted)
        return render_template(
            "portal/draft.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            leaf=leaves[place],
            place=place,
            leaves=[_leaf_name(each) for each in leaves],
            contents=_contents(leaves),
            counts=comments.clause_counts(seen.draft_id) if seen.draft_id else {},
        )

    return public_page(seen.version, now, render)


def _leaf_name(leaf: list[ClauseRow]) -> str:
    named = [row.short_label for row in leaf if row.kind == "article"] or [
        row.short_label for row in leaf
    ]
    if not named:
        return ""
    return named[0] if len(named) == 1 else f"{named[0]} — {named[-1]}"


def _contents(leaves: list[list[ClauseRow]]) -> list[tuple[int, ClauseRow]]:
    return [
        (place, row)
        for place, leaf in enumerate(leaves)
        for row in leaf
        if row.kind in {"part", "chapter", "section"}
    ]


@bp.get("/consultations/<slug>/draft.txt")
@public
def draft_text(slug: str) -> Response:
    """The whole draft as plain text, to keep or to print."""
    seen = overview(slug, clock.now())
    rows = queries.public_clauses(seen.draft_id) if seen.draft_id else []
    lines = [seen.consultation.title, ""]
    for row in rows:
        gap = "　" if row.kind in {"part", "chapter", "section", "article"} else ""
        mark = "" if row.kind == "paragraph" else row.short_label + gap
        if mark or row.text:
            lines.append(f"{mark}{row.text}")
    response = make_response("\n".join(lines) + "\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.txt"'
    return response


@bp.get("/consultations/<slug>/clauses/<key>")
@public
def clause(slug: str, key: str) -> Response:
    """One clause with all below it, and the opinions shown on it."""
    now = clock.now()
    seen = overview(slug, now)
    after = parse_cursor(request.args.get("after"))

    def render() -> str:
        rows = queries.public_clauses(seen.draft_id) if seen.draft_id else []
        wanted = next((row for row in rows if row.key == key), None)
        if wanted is None:
            raise NotFound(key)
        below = queries.subtree(rows, [key])
        return render_template(
            "portal/clause.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            clause=wanted,
            rows=[row for row in rows if row.id in below],
            leaf=leaf_of(leaves_of(rows), key) + 1,
            page=comments.released(seen.consultation.id, after=after, clause_ids=[wanted.id]),
            is_first=after is None,
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
    response = make_response(code.svg_inline(scale=4, dark="#1f2328", light="#ffffff"))
    response.headers["Content-Type"] = "image/svg+xml; charset=utf-8"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
