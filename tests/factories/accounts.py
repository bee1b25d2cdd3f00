"""Departments, people and actors for the tests."""

from __future__ import annotations

from itertools import count

from sqlalchemy import select

from participation.accounts.models import Department, User
from participation.kernel import clock
from participation.kernel.actor import Actor, Role
from participation.kernel.db import db, transaction

_numbers = count(1)


def a_department(name: str = "云溪县司法局", parent: Department | None = None) -> Department:
    """A department of that name: the one there is, or a new one."""
    found = db.session.scalars(select(Department).where(Department.name == name)).one_or_none()
    if found is not None:
        return found
    parent_id = parent.id if parent else None
    with transaction() as session:
        made = Department(name=name, parent_id=parent_id)
        session.add(made)
    return made


def a_user(
    role: Role | str = Role.DRAFTER,
    department: Department | None = None,
    username: str | None = None,
) -> User:
    """A person with a role; staff belong to a department."""
    role = Role(role)
    if department is None and role is not Role.CITIZEN:
        department = a_department()
    department_id = department.id if department else None
    name = username or f"{role}{next(_numbers)}"
    with transaction() as session:
        made = User(
            username=name,
            display_name=name,
            role=role,
            department_id=department_id,
            password_hash="!",
            created_at=clock.now(),
        )
        session.add(made)
    return made


def actor_of(user: User) -> Actor:
    """The person as a value that rules decide on."""
    own = frozenset({user.department_id} if user.department_id else ())
    return Actor(
        role=user.role,
        id=user.id,
        name=user.display_name,
        department_id=user.department_id,
        departments=own,
    )
