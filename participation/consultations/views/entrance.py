"""What the staff pages of the procedure share: their blueprint, the way in, the short answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from participation.consultations import queries
from participation.consultations.forms import ActForm
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor
from participation.web.filters import sentence

bp = Blueprint("consultations", __name__, url_prefix="/desk/consultations")


def seen(slug: str) -> Consultation:
    """The consultation, where the actor may look at it."""
    return queries.desk_by_slug(current_actor(), slug, clock.now())


def to_matter(slug: str, message: str = "", *, anchor: str | None = None) -> Response:
    """Back to the matter's page, with a word on what was done."""
    if message:
        flash(message)
    return redirect(url_for("consultations.manage", slug=slug, _anchor=anchor), code=303)


def act(slug: str, operation: Callable[[], Any], message: str) -> Response:
    """One press of a button: done, or refused with its sentence on the matter's page."""
    if not ActForm().validate_on_submit():
        return to_matter(slug)
    try:
        with transaction():
            operation()
    except Refused as error:
        flash(sentence(error), "error")
        return to_matter(slug)
    return to_matter(slug, message)
