"""The reader's own choices, kept in cookies: language, text size, theme, layout."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from participation.web.access import local_path, public
from participation.web.locale import LANGUAGES, LAYOUTS, SIZES, THEMES

bp = Blueprint("web", __name__)
YEAR = 365 * 24 * 3600


def _remember(choices: dict[str, tuple[str, ...]]) -> Response:
    response = redirect(local_path(request.form.get("next")) or "/", code=303)
    for name, allowed in choices.items():
        value = request.form.get(name, "")
        if value in allowed:
            response.set_cookie(
                name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure
            )
    return response


@bp.post("/language")
@public
def set_language() -> Response:
    """Remember the language."""
    return _remember({"language": tuple(LANGUAGES)})


@bp.post("/reading")
@public
def set_reading() -> Response:
    """Remember text size, theme and layout."""
    return _remember({"size": SIZES, "theme": THEMES, "layout": LAYOUTS})


# A preference in the reader's own browser: nothing on the server changes, so no form key
# (which would make a session and a cookie for every reader).
csrf_exempt = (set_language, set_reading)
