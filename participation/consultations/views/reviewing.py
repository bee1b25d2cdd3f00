"""The second pair of eyes: asking for the review, giving it, taking the matter back."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from participation.consultations import operations, queries, rules
from participation.consultations.forms import ReviewForm
from participation.consultations.rules import ReviewDecision, may_see_desk
from participation.consultations.views.entrance import act, bp, seen, to_matter
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.kernel.text import paragraphs
from participation.rulebook.publication import SecrecyClass
from participation.web.access import current_actor, guarded


@bp.post("/<slug>/submit")
@guarded(may_see_desk)
def submit(slug: str) -> Response:
    """Ask another person for the review."""
    seen(slug)
    return act(
        slug,
        lambda: operations.request_review(current_actor(), slug),
        _("已送审。请由起草人以外的审核人审核。"),
    )


@bp.post("/<slug>/recall")
@guarded(may_see_desk)
def recall(slug: str) -> Response:
    """Take the matter back, to change it."""
    seen(slug)
    return act(
        slug, lambda: operations.recall(current_actor(), slug), _("已退回起草，修改后请重新送审。")
    )


@bp.route("/<slug>/review", methods=["GET", "POST"])
@guarded(may_see_desk)
def review(slug: str) -> Any:
    """Answer the questions on secrecy and legality, and approve or return."""
    found, actor = seen(slug), current_actor()
    rules.may_review(actor, found.status, found.department_id, found.author_id).enforce()
    form = ReviewForm()
    if form.validate_on_submit():
        decision = ReviewDecision(form.decision.data)
        try:
            with transaction():
                operations.review(actor, slug, decision, form.findings(), form.note.data or "")
        except Refused as error:
            form.refuse(error)
        else:
            approved = decision is ReviewDecision.APPROVED
            return to_matter(slug, _("已审核通过。") if approved else _("已退回修改。"))
    now, version = clock.now(), queries.current_draft(found.id)
    opens_at = rules.opening(found.planned_opens_at, now)
    clauses = queries.clauses_of(version.id) if version else []
    page = render_template(
        "consultations/review.html",
        package=queries.package_of(found.id),
        interpretations=queries.interpretations_of(found.id, even_unpublished=True),
        labels={each.key: each.label for each in clauses},
        form=form,
        consultation=found,
        version=version,
        clauses=clauses,
        explanation=paragraphs(found.explanation),
        basis=paragraphs(found.legal_basis),
        finding=queries.window_finding(found, opens_at),
        reminders=queries.reminders(found, version, now),
        secrecy_rule=SecrecyClass.STATE_SECRET.rule,
        now=now,
    )
    return page, 422 if form.is_submitted() else 200
