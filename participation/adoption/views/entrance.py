"""What the staff pages of a result share: their blueprint, the way in, the frame around them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from participation.adoption import queries, rules
from participation.adoption.rules import DISPOSITION_WORDS
from participation.comments.rules import (
    CHANNEL_WORDS,
    OUTCOME_WORDS,
    RESPONDENT_WORDS,
    VISIBILITY_WORDS,
    Outcome,
)
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.consultations.queries import clauses_of, current_draft, desk_by_slug
from participation.consultations.rules import Stage
from participation.kernel import clock
from participation.rulebook.days import local
from participation.web.access import current_actor

bp = Blueprint("adoption", __name__, url_prefix="/desk/consultations/<slug>/adoption")

# The equation of the figures: what was received equals the sum of these, in this order.
OUTCOME_ORDER = (
    Outcome.ADOPTED,
    Outcome.PARTLY_ADOPTED,
    Outcome.NOT_ADOPTED,
    Outcome.EXPLAINED,
    Outcome.OUT_OF_SCOPE,
    Outcome.WITHDRAWN,
    Outcome.DUPLICATE,
    Outcome.PENDING,
)
COMMENTABLE = frozenset({"article", "paragraph", "item", "subitem"})
WORDS = {
    "channel": CHANNEL_WORDS,
    "respondent": RESPONDENT_WORDS,
    "visibility": VISIBILITY_WORDS,
    "outcome": OUTCOME_WORDS,
    "disposition": DISPOSITION_WORDS,
}


def seen(slug: str) -> Consultation:
    """The consultation, where the actor may look at its work."""
    return desk_by_slug(current_actor(), slug, clock.now())


def page(template: str, consultation: Consultation, status: int = 200, **context: Any) -> Any:
    """A page of the workspace: its tabs, its figures, what may be done here."""
    now = clock.now()
    stage = consultation.stage(now)
    body = render_template(
        template,
        consultation=consultation,
        stage=stage.value,
        is_published=stage in (Stage.CLOSED, Stage.SEALED),
        work=queries.working(consultation),
        order=OUTCOME_ORDER,
        words=WORDS,
        today=local(now, zone()).date(),
        verdict=rules.may_answer(current_actor(), stage, consultation.department_id),
        **context,
    )
    return body, status


def clause_options(consultation_id: int) -> list[tuple[str, str]]:
    """Key and label of the clauses that a point can be on, the whole draft first."""
    draft = current_draft(consultation_id)
    rows = clauses_of(draft.id) if draft else []
    return [(row.key, row.label or row.text[:20]) for row in rows if row.kind in COMMENTABLE]
