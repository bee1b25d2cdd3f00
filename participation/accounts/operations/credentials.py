"""Signing in and out, and changing one's own password.

A password is compared (slowly) before the transaction; what follows from it is decided inside,
under the account's lock. A failure is written and therefore answered, not raised: an exception
would roll the count of failures back.
"""

from __future__ import annotations

from dataclasses import dataclass

from participation.accounts import events, passwords, rules
from participation.accounts.models import User
from participation.accounts.operations.people import locked_user
from participation.accounts.passwords import NewPassword
from participation.accounts.queries import actor_for, find_user, user_by_id
from participation.kernel import clock, readonly
from participation.kernel.actor import GUEST, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_


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


def prove_own(actor: Actor, password: str) -> Proof:
    """Compare a password with the actor's own."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    return _prove(user_by_id(actor.id), password)


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
    if proof.user_id is None:
        record(events.SignInFailed(actor=GUEST, user_id=None))
        return None
    user = locked_user(proof.user_id)
    now = clock.now()
    if not _may_enter(user, proof):
        if not rules.is_locked(user.locked_until, now):
            _count_failure(user)
        record(events.SignInFailed(actor=GUEST, user_id=user.id))
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


def _count_failure(user: User) -> None:
    user.failed_attempts += 1
    user.locked_until = rules.locked_after(user.failed_attempts, clock.now())
    if user.locked_until:
        user.failed_attempts = 0
    db.session.flush()


def sign_out(actor: Actor) -> None:
    """End all sessions of the actor: a copied cookie is worth nothing afterwards."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    locked_user(actor.id).session_epoch += 1
    db.session.flush()
    record(events.SignedOut(actor=actor, user_id=actor.id))


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
    user.session_epoch += 1
    db.session.flush()
    record(events.PasswordChanged(actor=actor, user_id=user.id))
    return user
