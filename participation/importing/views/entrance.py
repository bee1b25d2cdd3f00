"""What the pages of imports share: their blueprint and the way in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from participation.consultations.models import Consultation
from participation.consultations.queries import desk_by_slug
from participation.importing import queries, rules
from participation.importing.models import Import
from participation.kernel import clock
from participation.kernel.errors import NotFound
from participation.kernel.verdict import Verdict
from participation.web.access import current_actor

bp = Blueprint("importing", __name__)
DESK = "/desk/consultations/<slug>/imports"


def entered(slug: str) -> tuple[Consultation, Verdict]:
    """The consultation where the actor may see its work, and whether they may import into it."""
    consultation = desk_by_slug(current_actor(), slug, clock.now())
    stage = consultation.stage(clock.now())
    return consultation, rules.may_import(current_actor(), stage, consultation.department_id)


def entered_import(slug: str, import_id: int) -> tuple[Consultation, Import]:
    """An import of the consultation; its rows name people, so only for who may import."""
    consultation, verdict = entered(slug)
    if not verdict:
        raise NotFound(slug)
    return consultation, queries.by_id(consultation.id, import_id)


def to_import(slug: str, import_id: int, message: str = "", category: str = "message") -> Response:
    """Back to the import's page, with a word on what was done."""
    if message:
        flash(message, category)
    return redirect(url_for("importing.show", slug=slug, import_id=import_id), code=303)
