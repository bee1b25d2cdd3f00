"""The browser's session: renewed at sign-in, dead as soon as the account's epoch moves on."""

from __future__ import annotations

from functools import cached_property

from flask import session
from flask_login import login_user, logout_user

from participation.accounts.models import User
from participation.accounts.queries import Account, active_account, actor_for
from participation.kernel.actor import Actor


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
