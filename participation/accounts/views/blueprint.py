"""The blueprint, who a session belongs to, the gates before pages, the proof of being oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_login import current_user

from participation.accounts import operations, queries, rules, sessions
from participation.accounts.devices import device_words
from participation.accounts.forms import OwnPasswordForm
from participation.accounts.models import User
from participation.accounts.operations import Proof
from participation.kernel.actor import STAFF
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
    """Let nobody do anything before the second factor where the session begins with one."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return None
    endpoint = request.endpoint or ""
    if endpoint in OPEN_BEFORE_FACTOR or endpoint.rpartition(".")[2] == "static":
        return None
    if not current_user.is_authenticated or sessions.proved_at() is not None:
        return None
    account = current_user.account
    is_always = current_app.config["SETTINGS"].staff_second_factor == "always"
    if not rules.must_prove_factor(
        account.role, has_factor=account.has_factor, is_always=is_always
    ):
        return None
    home = "/desk" if account.role in STAFF else "/account"
    return sessions.ask_to_step_up(request.path if request.method == "GET" else home)


def open_session(user: User) -> str:
    """Begin a session of a person in this request's browser, inside the view's transaction."""
    return operations.open_session(user, device_words(request.user_agent.string))


def own_form() -> OwnPasswordForm:
    """The form that asks for one's own password; without the field where there is no password."""
    form = OwnPasswordForm()
    number = current_actor().id
    assert number is not None
    if not queries.user_by_id(number).password_hash:
        del form.password
    return form


def own_proof(form: Any) -> Proof:
    """The proof of being oneself: the password, or the provider's word a moment ago."""
    words = form.password.data if form.password else ""
    identified = sessions.is_identified()
    return operations.prove_own(current_actor(), words, is_identified=identified)


def connect(app: Flask) -> None:
    """Tell Flask-Login whose session a session is."""
    app.extensions["login"].user_loader(sessions.load)
