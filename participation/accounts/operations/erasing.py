"""Deleting accounts of the public: at their own wish, unused for long, or again after a restore.

The row stays without name and password, because entries of the audit point at its number; what
was sent with the account is unlinked by whoever hears `AccountErased`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import and_, delete, or_

from participation.accounts import rules
from participation.accounts.events import AccountErased
from participation.accounts.models import (
    AccountLink,
    Identity,
    RecoveryCode,
    SecondFactor,
    User,
)
from participation.accounts.operations.credentials import Proof
from participation.accounts.operations.people import locked_user
from participation.accounts.operations.sessions import end_all_sessions
from participation.accounts.queries import idle_citizens
from participation.kernel import clock, erasures
from participation.kernel.actor import SYSTEM, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import Invalid
from participation.kernel.events import record
from participation.kernel.verdict import N_

LEDGER = "account"
# A word for a person who is none any more; shown nowhere to the public.
NOBODY = "已删除的账号"
OWN = "own"
forgetters: list[Callable[[str], None]] = []
"""Functions of higher features, each forgetting what was asked for by a mail address alone.

They are given its digest when its owner deletes their account; an event would keep it for good.
"""


def delete_own_account(actor: Actor, proof: Proof) -> None:
    """Delete one's own account; raises Invalid (field `password`) for a wrong password."""
    rules.may_delete_own(actor).enforce()
    assert actor.id is not None
    user = locked_user(actor.id)
    is_own = proof.user_id == user.id and proof.compared_with == user.password_hash
    if not (proof.is_right and is_own):
        raise Invalid(N_("密码不正确。"), field="password")
    # The act is the person's; the audit keeps no name of one who asked to be forgotten.
    erase_account(Actor(Role.CITIZEN, user.id), user, OWN)


def erase_idle_citizens(before: datetime, most: int) -> int:
    """Delete up to `most` citizens' accounts that nobody signed in to since; returns how many."""
    found = db.session.scalars(idle_citizens(before).limit(most).with_for_update()).all()
    for user in found:
        erase_account(SYSTEM, user, "idle")
    return len(found)


def erase_account(actor: Actor, user: User, reason: str) -> None:
    """Make a locked row nobody's and enter it in the erasure ledger.

    What lives by the mail address alone ends with an account that its owner deletes; whoever just
    did not sign in for long still reads the letters they once asked for.
    """
    _forget_address(user, reason)
    user.username, user.display_name = f"erased-{secrets.token_hex(8)}", NOBODY
    user.password_hash, user.is_active = "", False
    user.email_sealed = user.email_digest = None
    end_all_sessions(user)
    for table in (Identity, RecoveryCode, SecondFactor):
        db.session.execute(delete(table).where(table.user_id == user.id))
    user.last_sign_in_at, user.locked_until, user.erased_at = None, None, clock.now()
    db.session.flush()
    erasures.note(LEDGER, digest=account_digest(user), number=user.id, reason=reason)
    record(AccountErased(actor=actor, user_id=user.id, reason=reason))


def _forget_address(user: User, reason: str) -> None:
    """Delete the links that wait for the person or the address; tell the features above."""
    own = AccountLink.user_id == user.id
    if user.email_digest is not None:
        asked = AccountLink.email_digest == user.email_digest
        own = or_(own, and_(AccountLink.user_id.is_(None), asked))
        for forget in forgetters if reason == OWN else ():
            forget(user.email_digest)
    db.session.execute(delete(AccountLink).where(own))


def replay_account(entry: erasures.Entry) -> bool | None:
    """Erase again after a restore; None where there is no such account, False where it was done."""
    user = db.session.get(User, entry.number, with_for_update=True, populate_existing=True)
    if user is None or account_digest(user) != entry.digest:
        return None
    if user.erased_at is not None:
        return False
    erase_account(SYSTEM, user, entry.reason)
    return True


def account_digest(user: User) -> str:
    """What tells this account from another one of the same number: when it was made."""
    born = user.created_at.isoformat(timespec="microseconds")
    return hashlib.sha256(f"account:{user.id}:{born}".encode()).hexdigest()
