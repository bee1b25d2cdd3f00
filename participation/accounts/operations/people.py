"""Making, changing, pausing and restoring accounts."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participation.accounts import events, passwords, rules
from participation.accounts.models import User
from participation.accounts.operations.sessions import end_all_sessions
from participation.accounts.passwords import NewPassword
from participation.accounts.queries import (
    actor_for,
    department_by_id,
    is_taken,
    normal_username,
)
from participation.kernel import clock
from participation.kernel.actor import GUEST, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound
from participation.kernel.events import record
from participation.kernel.text import plain
from participation.kernel.verdict import N_, provided


def create_user(
    actor: Actor,
    username: str,
    display_name: str,
    role: Role,
    department_id: int | None,
    password: NewPassword | None = None,
) -> tuple[User, str]:
    """Make an account of staff; returns it with its one-time password, told once.

    `password` is one made by `passwords.one_time()` before the transaction; hashing is slow.
    """
    rules.may_administer(actor).enforce()
    _check_place(role, department_id)
    password = password or passwords.one_time()
    user = _new_user(username, display_name, role, password)
    user.department_id, user.must_change_password = department_id, True
    _add(user)
    record(events.UserCreated(actor=actor, user_id=user.id, role=role.value))
    return user, password.words


def register_citizen(username: str, password: NewPassword) -> User:
    """Make somebody's own account; `password` comes from `passwords.choose()`."""
    user = _new_user(username, username, Role.CITIZEN, password)
    _add(user)
    record(events.UserCreated(actor=GUEST, user_id=user.id, role=user.role.value))
    return user


def new_citizen(display_name: str, password_hash: str) -> User:
    """An account that is signed in to by mail or through a provider; nobody types its name."""
    user = User(
        username=f"{rules.UNNAMED}{secrets.token_hex(8)}",
        display_name=_tidy_name(display_name),
        role=Role.CITIZEN,
        password_hash=password_hash,
        created_at=clock.now(),
    )
    _add(user)
    record(events.UserCreated(actor=GUEST, user_id=user.id, role=user.role.value))
    return user


def update_user(
    actor: Actor, user_id: int, display_name: str, role: Role, department_id: int | None
) -> User:
    """Change somebody's name, role and department; in force with their next request."""
    rules.may_administer(actor).enforce()
    _check_place(role, department_id)
    administrators = _locked_administrators()
    user = locked_user(user_id)
    if role is not Role.ADMINISTRATOR and user_id in administrators:
        rules.may_lose_administrator(len(administrators)).enforce()
    user.display_name = _tidy_name(display_name)
    user.role, user.department_id = role, department_id
    db.session.flush()
    record(events.UserChanged(actor=actor, user_id=user_id))
    return user


def update_profile(actor: Actor, display_name: str) -> User:
    """Change one's own shown name."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    user = locked_user(actor.id)
    user.display_name = _tidy_name(display_name)
    db.session.flush()
    record(events.UserChanged(actor=actor, user_id=user.id))
    return user


def reset_password(actor: Actor, user_id: int, password: NewPassword | None = None) -> str:
    """Replace a password by a one-time one, which is returned; all sessions end, locks open."""
    rules.may_administer(actor).enforce()
    password = password or passwords.one_time()
    user = locked_user(user_id)
    user.password_hash, user.must_change_password = password.hash, True
    user.failed_attempts, user.locked_until = 0, None
    end_all_sessions(user)
    record(events.PasswordReset(actor=actor, user_id=user_id))
    return password.words


def deactivate_user(actor: Actor, user_id: int) -> User:
    """Stop an account; its sessions end with their next request."""
    rules.may_administer(actor).enforce()
    administrators = _locked_administrators()
    user = locked_user(user_id)
    if user.is_active:
        if user_id in administrators:
            rules.may_lose_administrator(len(administrators)).enforce()
        user.is_active = False
        end_all_sessions(user)
        record(events.UserDeactivated(actor=actor, user_id=user_id))
    return user


def reactivate_user(actor: Actor, user_id: int) -> User:
    """Let a stopped account sign in again, with its old password."""
    rules.may_administer(actor).enforce()
    user = locked_user(user_id)
    provided(user.erased_at is None, N_("这个账号已由本人删除，不能恢复。")).enforce()
    if not user.is_active:
        user.is_active, user.failed_attempts, user.locked_until = True, 0, None
        db.session.flush()
        record(events.UserReactivated(actor=actor, user_id=user_id))
    return user


def new_administrator(username: str, password: NewPassword) -> User:
    """The row of an administrator who chose an own password; for the set-up link alone."""
    user = _new_user(username, username, Role.ADMINISTRATOR, password)
    _add(user)
    record(events.UserCreated(actor=actor_for(user), user_id=user.id, role=user.role.value))
    return user


def locked_user(user_id: int) -> User:
    """The row, for change: others who want to change it wait. NotFound."""
    query = select(User).where(User.id == user_id).with_for_update()
    user = db.session.scalar(query.execution_options(populate_existing=True))
    if user is None:
        raise NotFound(f"没有编号为 {user_id} 的账号。")
    return user


def _locked_administrators() -> frozenset[int]:
    # Two who stop one another at once wait for the same rows, in the same order, and before
    # either holds the other's own row.
    query = select(User.id).where(User.role == Role.ADMINISTRATOR, User.is_active)
    return frozenset(db.session.scalars(query.order_by(User.id).with_for_update()))


def _check_place(role: Role, department_id: int | None) -> None:
    verdict = rules.may_hold(role, department_id)
    if not verdict:
        raise Invalid(verdict.reason, verdict.params, field="department_id")
    if department_id is not None:
        department_by_id(department_id)


def _new_user(username: str, display_name: str, role: Role, password: NewPassword) -> User:
    name = normal_username(username)
    finding = rules.username_finding(name, role)
    if not finding:
        raise Invalid(finding.reason, finding.params, field="username")
    if is_taken(name):
        raise _taken()
    return User(
        username=name,
        display_name=_tidy_name(display_name),
        role=role,
        password_hash=password.hash,
        created_at=clock.now(),
    )


def _add(user: User) -> None:
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:  # another host was first
        raise _taken() from error


def _taken() -> Invalid:
    return Invalid(N_("这个用户名已有人使用。请换一个。"), field="username")


def _tidy_name(name: str) -> str:
    name = " ".join(plain(name).split())
    if not 1 <= len(name) <= rules.LONGEST_NAME:
        raise Invalid(
            N_("姓名应为 1 到 %(most)s 个字。"), {"most": rules.LONGEST_NAME}, field="display_name"
        )
    return name
