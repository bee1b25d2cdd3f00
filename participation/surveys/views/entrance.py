"""What the pages of surveys share: their blueprint and the way in."""

from __future__ import annotations

from flask import Blueprint

from participation.consultations.models import Consultation
from participation.consultations.queries import by_slug, public_by_slug
from participation.consultations.rules import may_view
from participation.kernel import clock
from participation.surveys import queries
from participation.surveys.models import Survey
from participation.web.access import current_actor

bp = Blueprint("surveys", __name__)


def shown(slug: str, survey_id: int) -> tuple[Consultation, Survey]:
    """A survey that the public may know of, with its consultation; else NotFound."""
    consultation = public_by_slug(slug, clock.now())
    return consultation, queries.by_id(consultation.id, survey_id)


def entered(slug: str) -> Consultation:
    """The consultation, where the actor may see the department's work."""
    consultation = by_slug(slug)
    may_view(current_actor(), consultation.department_id).enforce()
    return consultation
