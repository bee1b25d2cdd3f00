"""The house rules in the open: what is not shown and why, what is stored how long and why."""

from __future__ import annotations

from flask import Response, render_template, request

from participation.comments import queries as comments
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.portal import course
from participation.portal.queries import overview
from participation.portal.retention import kept
from participation.portal.views.entrance import bp
from participation.rulebook.moderation import WithholdingReason
from participation.web.access import public
from participation.web.caching import public_page


@bp.get("/moderation")
@public
def moderation() -> Response:
    """By which rules opinions are looked at, and how many are not shown for which reason."""
    now, after = clock.now(), parse_cursor(request.args.get("after"))
    counts, page = comments.withheld_by_reason(), comments.withheld_of_all(after)

    def render() -> str:
        return render_template(
            "portal/moderation.html",
            counts=counts,
            page=page,
            is_first=after is None,
            reasons=tuple(WithholdingReason),
        )

    return public_page((tuple(counts.values()), tuple(page.items)), now, render)


@bp.get("/consultations/<slug>/moderation")
@public
def withheld(slug: str) -> Response:
    """Of one consultation: how many are not shown, and each with its number and reason."""
    now, after = clock.now(), parse_cursor(request.args.get("after"))
    seen = overview(slug, now)
    counts = comments.withheld_by_reason(seen.consultation.id)
    page = comments.withheld_log(seen.consultation.id, after)

    def render() -> str:
        return render_template(
            "portal/withheld.html",
            seen=seen,
            consultation=seen.consultation,
            now=now,
            tag=course.tag_of(seen.consultation, now),
            counts=counts,
            page=page,
            is_first=after is None,
        )

    version = (seen.version, tuple(counts.values()), tuple(page.items))
    return public_page(version, now, render)


@bp.get("/retention")
@public
def retention() -> Response:
    """What is stored how long and why, in plain words."""

    def render() -> str:
        return render_template("portal/retention.html", kept=kept())

    return public_page("retention", clock.now(), render)
