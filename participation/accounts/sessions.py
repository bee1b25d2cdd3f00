"""The browser's session: renewed at sign-in, dead once its row is gone or the epoch moved on.

It also knows when the person in it last proved a second factor, or came through the provider.
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
from participation.accounts.rules import has_ended
from participation.accounts.rules import is_stepped_up as is_fresh
from participation.kernel import clock
from participation.kernel.actor import Actor

PROVED, IDENTIFIED = "second_factor", "identified"
View = TypeVar("View", bound=Callable[..., Any])


class Person:
    """Whoever is signed in, as Flask-Login sees them; plain values, good after a commit."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account, key: str) -> None:
        self.account, self.key = account, key

    def get_id(self) -> str:
        """What the cookie keeps: the account, its epoch at sign-in, and the session's key."""
        return f"{self.account.id}.{self.account.session_epoch}.{self.key}"

    @cached_property
    def actor(self) -> Actor:
        """Who this person is to the rules; read once a request."""
        return actor_for(self.account)

    @property
    def must_change_password(self) -> bool:
        """Whether the password is one that somebody else has seen."""
        return self.account.must_change_password

    @property
    def has_factor(self) -> bool:
        """Whether a second factor is in force."""
        return self.account.has_factor


def load(session_id: str) -> Person | None:
    """The person of a session; none where it or the account was ended, or it is too old."""
    number, _, rest = session_id.partition(".")
    epoch, _, key = rest.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 19 and key):
        return None
    account = active_account(int(number), key)
    if account is None or str(account.session_epoch) != epoch:
        return None
    if has_ended(account.role, account.started_at, clock.now()):
        return None
    return Person(account, key)


def start(user: User, key: str) -> None:
    """Sign a person in under a fresh session: nothing planted before lives on, nor a form key.

    `key` names the row that `operations.open_session` wrote in the same transaction.
    """
    session.clear()
    session.permanent = True
    account = active_account(user.id, key)
    assert account is not None
    login_user(Person(account, key))


def present_key() -> str:
    """The key of the session in this browser, empty for a guest."""
    return getattr(current_user, "key", "")


def end() -> None:
    """Sign out in this browser and forget everything kept for it."""
    logout_user()
    session.clear()


def step_up() -> None:
    """Remember that the person in this session has just proved a second factor."""
    session[PROVED] = [current_user.get_id(), int(clock.now().timestamp())]


def proved_at() -> datetime | None:
    """When the person in this session last proved a second factor in it, if ever."""
    return _noted(PROVED)


def is_stepped_up() -> bool:
    """Whether a second factor was proved in this session within the last quarter of an hour."""
    return is_fresh(proved_at(), clock.now())


def note_identity() -> None:
    """Remember that the provider has just said who the person in this session is."""
    session[IDENTIFIED] = [current_user.get_id(), int(clock.now().timestamp())]


def is_identified() -> bool:
    """Whether the provider said so within the last quarter of an hour."""
    return is_fresh(_noted(IDENTIFIED), clock.now())


def _noted(name: str) -> datetime | None:
    found = session.get(name)
    if not found or not current_user.is_authenticated or found[0] != current_user.get_id():
        return None
    return datetime.fromtimestamp(found[1], UTC)


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
