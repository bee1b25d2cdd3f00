"""What the pages of surveys share: their blueprint and the way in."""

from __future__ import annotations

from flask import Blueprint

from participation.consultations.models import Consultation
from participation.consultations.queries import desk_by_slug, public_by_slug
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
    return desk_by_slug(current_actor(), slug, clock.now())
