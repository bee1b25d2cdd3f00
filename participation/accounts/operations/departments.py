"""Founding, renaming and moving departments."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participation.accounts.events import DepartmentChanged, DepartmentCreated
from participation.accounts.models import Department
from participation.accounts.queries import department_by_id, departments_below
from participation.accounts.rules import may_administer
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_

LONGEST = 120


def create_department(actor: Actor, name: str, parent_id: int | None = None) -> Department:
    """Found a department, at the top or below another; Invalid for a name that is taken."""
    may_administer(actor).enforce()
    if parent_id is not None:
        department_by_id(parent_id)
    department = Department(name=_free_name(name, None), parent_id=parent_id)
    db.session.add(department)
    _flush()
    record(DepartmentCreated(actor=actor, department_id=department.id))
    return department


def change_department(
    actor: Actor, department_id: int, name: str, parent_id: int | None
) -> Department:
    """Rename a department or move it in the tree, never below itself."""
    may_administer(actor).enforce()
    # Two moves at once could close a ring: all wait for the same rows, in the same order.
    db.session.scalars(select(Department.id).order_by(Department.id).with_for_update()).all()
    department = department_by_id(department_id)
    if parent_id is not None:
        department_by_id(parent_id)
        if parent_id in departments_below(department_id):
            raise Invalid(N_("部门不能归到它自己或它的下级。"), field="parent_id")
    department.name, department.parent_id = _free_name(name, department_id), parent_id
    _flush()
    record(DepartmentChanged(actor=actor, department_id=department_id))
    return department


def _free_name(name: str, own_id: int | None) -> str:
    name = " ".join(plain(name).split())
    if not 1 <= len(name) <= LONGEST:
        raise Invalid(N_("部门名称应为 1 到 %(most)s 个字。"), {"most": LONGEST}, field="name")
    holder = db.session.scalar(select(Department.id).where(Department.name == name))
    if holder not in (None, own_id):
        raise _taken()
    return name


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # another host was first
        raise _taken() from error


def _taken() -> Invalid:
    return Invalid(N_("已有同名的部门。"), field="name")
