"""Reading accounts: people, the department tree, and the actor somebody acts as."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Select, case, func, or_, select

from participation.accounts.addresses import address_digest, read_address
from participation.accounts.models import Department, SecondFactor, User, UserSession
from participation.kernel.actor import STAFF, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.paging import PAGE, Cursor, Page, page_of


@dataclass(frozen=True)
class Branch:
    """A department in the tree; `depth` is 0 at the root."""

    id: int
    name: str
    parent_id: int | None
    depth: int

    @property
    def label(self) -> str:
        """The name, indented by its depth, for a list of choices."""
        return "\u3000" * self.depth + self.name


@dataclass(frozen=True)
class Account:
    """What a request needs to know of the person who is signed in."""

    id: int
    display_name: str
    role: Role
    department_id: int | None
    session_epoch: int
    must_change_password: bool
    started_at: datetime
    has_factor: bool


@dataclass(frozen=True)
class Entry:
    """A line of the list of people."""

    id: int
    username: str
    display_name: str
    role: Role
    department: str | None
    is_active: bool
    locked_until: datetime | None
    created_at: datetime
    last_sign_in_at: datetime | None


def normal_username(username: str) -> str:
    """The one form a name is stored and looked up in: NFKC, lower case, no space around."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def find_user(name: str) -> User | None:
    """The person of that user name or confirmed address, active or not; always one statement.

    Whoever has confirmed an address goes before a user name that looks like it.
    """
    address = read_address(name)
    digest = address_digest(address or "")
    query = (
        select(User)
        .where(or_(User.username == normal_username(name), User.email_digest == digest))
        .order_by(case((User.email_digest == digest, 0), else_=1))
        .limit(1)
    )
    return db.session.scalar(query)


def find_by_digest(digest: str) -> User | None:
    """Whoever has confirmed the address of that digest."""
    return db.session.scalar(select(User).where(User.email_digest == digest))


def is_taken(username: str) -> bool:
    """Whether somebody has that user name already."""
    query = select(User.id).where(User.username == normal_username(username))
    return db.session.scalar(query) is not None


def user_by_username(username: str) -> User:
    """The person of that name; NotFound."""
    query = select(User).where(User.username == normal_username(username))
    user = db.session.scalar(query)
    if user is None:
        raise NotFound(f"没有用户名为“{username}”的账号。")
    return user


def user_by_id(user_id: int) -> User:
    """The person of that id; NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound(f"没有编号为 {user_id} 的账号。")
    return user


def active_account(user_id: int, session_key: str) -> Account | None:
    """The person of a session, unless deactivated or signed out since; one statement."""
    row = db.session.execute(
        select(
            User.id,
            User.display_name,
            User.role,
            User.department_id,
            User.session_epoch,
            User.must_change_password,
            UserSession.started_at,
            SecondFactor.enrolled_at.is_not(None),
        )
        .join(UserSession, UserSession.user_id == User.id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.id == user_id, User.is_active, UserSession.key == session_key)
    ).first()
    return Account(*row) if row else None


class _Below(Set[int]):
    """A department and all below it, looked up when somebody asks: most pages never do."""

    def __init__(self, department_id: int) -> None:
        self._department_id = department_id

    @cached_property
    def _ids(self) -> frozenset[int]:
        return departments_below(self._department_id)

    def __contains__(self, department_id: object) -> bool:
        return department_id in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __hash__(self) -> int:
        return self._hash()


def actor_for(user: User | Account) -> Actor:
    """Who this person is to the rules; one query for the departments once they matter."""
    return Actor(
        role=user.role,
        id=user.id,
        name=user.display_name,
        department_id=user.department_id,
        departments=_Below(user.department_id) if user.department_id else frozenset(),
    )


def departments_below(department_id: int | None) -> frozenset[int]:
    """The ids of a department and of all below it."""
    if department_id is None:
        return frozenset()
    below = select(Department.id).where(Department.id == department_id).cte(recursive=True)
    below = below.union(select(Department.id).join(below, Department.parent_id == below.c.id))
    return frozenset(db.session.scalars(select(below.c.id)))


def all_departments() -> list[Branch]:
    """The whole tree, each department followed by those below it, in the order of founding."""
    columns = select(Department.id, Department.name, Department.parent_id).order_by(Department.id)
    children: dict[int | None, list[tuple[int, str, int | None]]] = defaultdict(list)
    for number, name, parent_id in db.session.execute(columns):
        children[parent_id].append((number, name, parent_id))
    found: list[Branch] = []
    waiting = [(row, 0) for row in reversed(children[None])]
    while waiting:
        row, depth = waiting.pop()
        found.append(Branch(*row, depth))
        waiting.extend((child, depth + 1) for child in reversed(children[row[0]]))
    return found


def department_by_name(name: str) -> Department:
    """The department of that name; NotFound."""
    found = db.session.scalar(select(Department).where(Department.name == name.strip()))
    if found is None:
        raise NotFound(f"没有名为“{name}”的部门。")
    return found


def department_by_id(department_id: int) -> Department:
    """The department of that id; NotFound."""
    found = db.session.get(Department, department_id)
    if found is None:
        raise NotFound(f"没有编号为 {department_id} 的部门。")
    return found


def people_of_departments() -> dict[int, int]:
    """How many active people each department has, itself only."""
    query = (
        select(User.department_id, func.count())
        .where(User.is_active, User.department_id.is_not(None))
        .group_by(User.department_id)
    )
    return {number: count for number, count in db.session.execute(query) if number is not None}


def users(
    after: Cursor | None = None,
    *,
    role: Role | None = None,
    department_id: int | None = None,
    words: str = "",
) -> Page[Entry]:
    """People, the newest first; without a role staff only, citizens come when asked for."""
    query = (
        select(
            User.id,
            User.username,
            User.display_name,
            User.role,
            Department.name,
            User.is_active,
            User.locked_until,
            User.created_at,
            User.last_sign_in_at,
        )
        .outerjoin(Department, Department.id == User.department_id)
        .where(User.role == role if role else User.role.in_(STAFF), User.erased_at.is_(None))
        .order_by(User.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(User.id < after.id)
    if department_id is not None:
        query = query.where(User.department_id.in_(departments_below(department_id)))
    if words:
        query = query.where(
            or_(
                User.username.contains(normal_username(words), autoescape=True),
                User.display_name.contains(words.strip(), autoescape=True),
            )
        )
    entries = [Entry(*row) for row in db.session.execute(query)]
    return page_of(entries, lambda entry: Cursor(entry.created_at, entry.id))


def has_administrator() -> bool:
    """Whether somebody active administers this instance."""
    query = select(User.id).where(User.role == Role.ADMINISTRATOR, User.is_active).limit(1)
    return db.session.scalar(query) is not None


def idle_citizens(before: datetime) -> Select[User]:
    """The citizens' accounts whose last sign-in (or making) lies before an instant."""
    last_used = func.coalesce(User.last_sign_in_at, User.created_at)
    return (
        select(User)
        .where(User.role == Role.CITIZEN, User.erased_at.is_(None), last_used < before)
        .order_by(User.id)
    )
