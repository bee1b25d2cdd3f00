"""The browser's session: renewed at sign-in, dead as soon as the account's epoch moves on.

It also knows when the person in it last proved a second factor.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, wraps
from typing import Any, TypeVar

from flask import current_app, redirect, request, session, url_for
from flask_login import current_user, login_user, logout_user

from participation.accounts.models import User
from participation.accounts.queries import Account, active_account, actor_for
from participation.accounts.rules import is_stepped_up as is_fresh
from participation.kernel import clock
from participation.kernel.actor import Actor

PROVED = "second_factor"
View = TypeVar("View", bound=Callable[..., Any])


class Person:
    """Whoever is signed in, as Flask-Login sees them; plain values, good after a commit."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """What the session keeps: the account and the epoch it was signed in under."""
        return f"{self.account.id}.{self.account.session_epoch}"

    @cached_property
    def actor(self) -> Actor:
        """Who this person is to the rules; read once a request."""
        return actor_for(self.account)

    @property
    def must_change_password(self) -> bool:
        """Whether the password is one that somebody else has seen."""
        return self.account.must_change_password


def load(session_id: str) -> Person | None:
    """The person of a session; none where the account was stopped or its epoch moved on."""
    number, _, epoch = session_id.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    account = active_account(int(number))
    if account is None or str(account.session_epoch) != epoch:
        return None
    return Person(account)


def start(user: User) -> None:
    """Sign a person in under a fresh session: nothing planted before lives on, nor a form key."""
    session.clear()
    session.permanent = True
    login_user(
        Person(
            Account(
                user.id,
                user.display_name,
                user.role,
                user.department_id,
                user.session_epoch,
                user.must_change_password,
            )
        )
    )


def end() -> None:
    """Sign out in this browser and forget everything kept for it."""
    logout_user()
    session.clear()


def step_up() -> None:
    """Remember that the person in this session has just proved a second factor."""
    session[PROVED] = [current_user.get_id(), int(clock.now().timestamp())]


def proved_at() -> datetime | None:
    """When the person in this session last proved a second factor in it, if ever."""
    found = session.get(PROVED)
    if not found or not current_user.is_authenticated or found[0] != current_user.get_id():
        return None
    return datetime.fromtimestamp(found[1], UTC)


def is_stepped_up() -> bool:
    """Whether a second factor was proved in this session within the last quarter of an hour."""
    return is_fresh(proved_at(), clock.now())


def stepped_up(view: View) -> View:
    """Let a view be called only after a second factor; others prove it first and come back.

    Stands below `guarded`. What was sent without it is not done: after the proof the page that
    is got at the same address asks again.
    """

    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        if not is_stepped_up():
            return ask_to_step_up(request.path)
        return current_app.ensure_sync(view)(*args, **kwargs)

    return entered  # type: ignore[return-value]


def ask_to_step_up(back: str) -> Any:
    """Send a person to prove the second factor, and to a local path afterwards."""
    return redirect(url_for("accounts.verify_second_factor", next=back), code=303)
