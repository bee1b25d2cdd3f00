"""Departments, people, and browsers in which they are signed in."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from itertools import count

import pyotp
from flask import has_app_context
from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts import operations, queries
from participation.accounts.models import Department, User
from participation.accounts.passwords import NewPassword, choose
from participation.kernel import clock
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.kernel.db import db, transaction

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
LATE = datetime(2100, 1, 1, tzinfo=UTC)
PASSWORD = "river-stone-lantern-42"
_numbers = count(1)


@cache
def _password() -> NewPassword:
    # Hashing is slow on purpose; all people of the tests share one hash.
    return NewPassword(choose(PASSWORD, "", Role.ADMINISTRATOR).hash, PASSWORD)


def a_department(name: str = "云溪县司法局", parent: Department | None = None) -> Department:
    """The department of that name, founded where there is none yet."""
    found = db.session.scalar(select(Department).where(Department.name == name))
    if found is not None:
        return found
    parent_id = parent.id if parent else None
    with transaction():
        return operations.create_department(SYSTEM, name, parent_id)


def a_user(
    role: Role | str = Role.DRAFTER,
    department: Department | None = None,
    username: str | None = None,
    *,
    display_name: str | None = None,
    must_change_password: bool = False,
) -> User:
    """A person whose password is `PASSWORD`; staff without a department get the usual one."""
    role = Role(role)
    username = username or f"{role.value}{next(_numbers)}"
    if role is Role.CITIZEN:
        with transaction():
            return operations.register_citizen(username, _password())
    place = department or a_department()
    with transaction():
        user, _words = operations.create_user(
            SYSTEM, username, display_name or username, role, place.id, _password()
        )
        user.must_change_password = must_change_password
    return user


def actor_of(user: User) -> Actor:
    """Who the person is to the rules."""
    return queries.actor_for(user)


def session_of(user: User) -> str:
    """What the cookie of a new session of the person holds; it outlives all moving of the clock."""
    with clock.fixed(LATE), transaction(even_read_only=True):
        key = operations.open_session(user, "Firefox · Windows")
    return f"{user.id}.{user.session_epoch}.{key}"


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """The browser with the person signed in, without the slow comparing of a password."""
    with nullcontext() if has_app_context() else client.application.app_context():
        known = session_of(user)
    with client.session_transaction() as session:
        session["_user_id"] = known
        session["_fresh"] = True
    return client


def enrolled(user: User, at: datetime = NOON) -> tuple[str, list[str]]:
    """A second factor in force since `at`: the secret, and its recovery codes."""
    actor = actor_of(user)
    proof = operations.Proof(user.id, is_right=True, compared_with=user.password_hash)
    with clock.fixed(at), transaction():
        operations.begin_factor(actor, proof, is_stepped_up=False)
    secret = queries.factor_of(user.id).pending
    with clock.fixed(at), transaction():
        codes = operations.confirm_factor(actor, pyotp.TOTP(secret).at(at))
    return secret, codes


def step_up(client: FlaskClient, user: User, at: datetime = NOON) -> FlaskClient:
    """The browser with the person signed in who has just proved the second factor."""
    sign_in(client, user)
    with client.session_transaction() as session:
        session["second_factor"] = [session["_user_id"], int(at.timestamp())]
    return client
