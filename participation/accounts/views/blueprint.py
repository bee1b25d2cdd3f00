"""The blueprint, who a session belongs to, and the gate of the one-time password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_login import current_user

from participation.accounts import sessions

bp = Blueprint("accounts", __name__)

# What a person may still do whose password somebody else has seen.
OPEN_BEFORE_CHANGE = frozenset(
    {"accounts.change_password", "accounts.sign_out", "web.set_language", "web.set_reading"}
)


@bp.before_app_request
def ask_for_own_password() -> Any:
    """Lead a person with a one-time password to the page where it is changed, and nowhere else."""
    # Without a session cookie nobody is signed in; asking would make the page somebody's own.
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return None
    endpoint = request.endpoint or ""
    if endpoint in OPEN_BEFORE_CHANGE or endpoint.rpartition(".")[2] == "static":
        return None
    if getattr(current_user, "must_change_password", False):
        return redirect(url_for("accounts.change_password"), code=303)
    return None


def connect(app: Flask) -> None:
    """Tell Flask-Login whose session a session is."""
    app.extensions["login"].user_loader(sessions.load)
