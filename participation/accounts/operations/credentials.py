"""Signing in, and changing one's own password.

A password is compared (slowly) before the transaction; what follows from it is decided inside,
under the account's lock. A failure is written and therefore answered, not raised: an exception
would roll the count of failures back.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from participation.accounts import events, passwords, rules
from participation.accounts.models import User
from participation.accounts.operations.people import locked_user
from participation.accounts.operations.sessions import end_all_sessions
from participation.accounts.passwords import NewPassword
from participation.accounts.queries import actor_for, find_user, user_by_id
from participation.kernel import clock, readonly
from participation.kernel.actor import GUEST, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_

# Looked for where a name has no account, so that as much is done as for one that has.
NOBODY = 0


@dataclass(frozen=True)
class Proof:
    """A password compared with an account's stored one, before any transaction."""

    user_id: int | None
    is_right: bool
    compared_with: str
    renewed: str | None = None


def prove(username: str, password: str) -> Proof:
    """Compare a password with the named account's; the same work where there is none."""
    return _prove(find_user(username), password)


def prove_own(actor: Actor, password: str, *, is_identified: bool = False) -> Proof:
    """Compare a password with the actor's own.

    `is_identified`: the provider has just said who it is, which is as good where there is none.
    """
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    user = user_by_id(actor.id)
    if is_identified and not user.password_hash:
        return Proof(user.id, True, user.password_hash)
    return _prove(user, password)


def _prove(user: User | None, password: str) -> Proof:
    if user is None:
        return Proof(None, passwords.is_right(password, None), "")
    stored = user.password_hash
    right = passwords.is_right(password, stored)
    return Proof(user.id, right, stored, passwords.renewed(password, stored) if right else None)


def sign_in(proof: Proof) -> User | None:
    """Take note of an attempt; the person, or None where it fails, for whatever reason.

    In read-only mode only administrators come in (ReadOnly for others, once the password was
    right, so that nobody learns who is one).
    """
    user = _locked(proof.user_id)
    now = clock.now()
    if user is None or not _may_enter(user, proof):
        _count_failure(user)
        record(events.SignInFailed(actor=GUEST, user_id=user.id if user else None))
        return None
    if user.role is not Role.ADMINISTRATOR:
        readonly.enforce(db.session())
    user.failed_attempts, user.locked_until, user.last_sign_in_at = 0, None, now
    if proof.renewed:
        user.password_hash = proof.renewed
    db.session.flush()
    record(events.SignedIn(actor=actor_for(user), user_id=user.id))
    return user


def _may_enter(user: User, proof: Proof) -> bool:
    # The password may have been changed while this one was compared.
    is_fresh = proof.is_right and proof.compared_with == user.password_hash
    return is_fresh and user.is_active and not rules.is_locked(user.locked_until, clock.now())


def _locked(user_id: int | None) -> User | None:
    query = select(User).where(User.id == (user_id or NOBODY)).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _count_failure(user: User | None) -> None:
    # The same statements for a name that nobody has, and for one whose sign-in pauses.
    failures, until = (user.failed_attempts, user.locked_until) if user else (0, None)
    if not rules.is_locked(until, clock.now()):
        failures += 1
        until = rules.locked_after(failures, clock.now())
        failures = 0 if until else failures
    db.session.execute(
        update(User)
        .where(User.id == (user.id if user else NOBODY))
        .values(failed_attempts=failures, locked_until=until)
        .execution_options(synchronize_session=False)
    )


def change_password(actor: Actor, proof: Proof, new: NewPassword) -> User:
    """Replace one's own password; every session ends, the caller renews the present one.

    Raises Invalid (field `old`) where the old password was not the right one.
    """
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    user = locked_user(actor.id)
    is_own = proof.user_id == actor.id and proof.compared_with == user.password_hash
    if not (proof.is_right and is_own):
        raise Invalid(N_("原密码不正确。"), field="old")
    user.password_hash, user.must_change_password = new.hash, False
    end_all_sessions(user)
    record(events.PasswordChanged(actor=actor, user_id=user.id))
    return user
