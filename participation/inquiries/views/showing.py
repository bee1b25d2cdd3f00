"""The public answers: of one matter, of one clause, of all matters."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from sqlalchemy import or_

from participation.consultations.place import zone
from participation.consultations.queries import clause_by_key, public_by_slug, stage_clause
from participation.consultations.rules import PUBLIC_STAGES, shown_stage
from participation.inquiries import queries, rules
from participation.inquiries.views.blueprint import bp
from participation.kernel import clock
from participation.kernel.paging import parse_cursor
from participation.web.access import public
from participation.web.caching import public_page


@bp.get("/consultations/<slug>/questions")
@public
def listed(slug: str) -> Any:
    """The answered questions of a matter, the latest first; `clause` narrows it to one clause."""
    now = clock.now()
    consultation = public_by_slug(slug, now)
    stage = consultation.stage(now)
    counts = queries.counts(consultation.id)
    after = parse_cursor(request.args.get("after"))
    key = request.args.get("clause", "")

    def render() -> str:
        clause = clause_by_key(consultation.id, key) if key else None
        page = queries.answered_of(consultation.id, after, clause.id if clause else None)
        values: dict[str, Any] = {"slug": slug, **({"clause": key} if key else {})}
        return render_template(
            "inquiries/listed.html",
            consultation=consultation,
            tag=shown_stage(stage, consultation.closes_at, now, zone()),
            clause=clause,
            counts=counts,
            page=page,
            may_ask=rules.may_ask(stage),
            first=url_for("inquiries.listed", **values) if after else None,
            older=url_for("inquiries.listed", after=page.next, **values) if page.next else None,
            now=now,
        )

    version = (consultation.revision, stage, counts.received, counts.published)
    return public_page(version, now, render)


@bp.get("/questions")
@public
def everywhere() -> Any:
    """The answered questions of all public matters, the latest first."""
    now = clock.now()
    stages = or_(*(stage_clause(stage, now) for stage in PUBLIC_STAGES))
    after = parse_cursor(request.args.get("after"))
    counts = queries.all_counts(stages)
    page = queries.answered_anywhere(stages, after)

    def render() -> str:
        return render_template(
            "inquiries/everywhere.html",
            counts=counts,
            page=page,
            first=url_for("inquiries.everywhere") if after else None,
            older=url_for("inquiries.everywhere", after=page.next) if page.next else None,
        )

    said = tuple((row.id, row.revised_at) for row in page.items)
    return public_page((counts, said), now, render)
