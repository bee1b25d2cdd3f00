"""Departments, people, and browsers in which they are signed in."""

from __future__ import annotations

from functools import cache
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy import select

from participation.accounts import operations, queries
from participation.accounts.models import Department, User
from participation.accounts.passwords import NewPassword, choose
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.kernel.db import db, transaction

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


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """The browser with the person signed in, without the slow comparing of a password."""
    with client.session_transaction() as session:
        session["_user_id"] = f"{user.id}.{user.session_epoch}"
        session["_fresh"] = True
    return client
