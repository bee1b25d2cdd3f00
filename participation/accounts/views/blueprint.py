"""The blueprint, who a session belongs to, the gates of one-time password and second factor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_login import current_user

from participation.accounts import sessions
from participation.web.access import current_actor

bp = Blueprint("accounts", __name__)

# What a person may still do whose password somebody else has seen.
OPEN_BEFORE_CHANGE = frozenset(
    {"accounts.change_password", "accounts.sign_out", "web.set_language", "web.set_reading"}
)
# And before the second factor is proved, where it is asked for at every sign-in.
OPEN_BEFORE_FACTOR = OPEN_BEFORE_CHANGE | {
    "accounts.second_factor",
    "accounts.enrol_second_factor",
    "accounts.verify_second_factor",
}


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


@bp.before_app_request
def ask_for_second_factor() -> Any:
    """With the setting `always`, let staff do nothing before they proved a second factor."""
    if current_app.config["SETTINGS"].staff_second_factor != "always":
        return None
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return None
    endpoint = request.endpoint or ""
    if endpoint in OPEN_BEFORE_FACTOR or endpoint.rpartition(".")[2] == "static":
        return None
    if not current_actor().is_staff or sessions.proved_at() is not None:
        return None
    return sessions.ask_to_step_up(request.path if request.method == "GET" else "/desk")


def connect(app: Flask) -> None:
    """Tell Flask-Login whose session a session is."""
    app.extensions["login"].user_loader(sessions.load)
