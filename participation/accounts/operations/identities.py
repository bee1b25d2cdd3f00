"""Accounts at an OpenID provider: signed in with, linked, unlinked; known by subject alone.

A mail address that the provider tells opens no account: whoever controls an address elsewhere
must not come into an account here by it.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from participation.accounts import events, rules
from participation.accounts.models import Identity, User
from participation.accounts.operations.people import locked_user, new_citizen
from participation.accounts.queries import actor_for, identity, identity_of
from participation.kernel import clock, readonly
from participation.kernel.actor import GUEST, Actor, Role
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.events import record
from participation.kernel.verdict import N_

TAKEN = N_("这个统一身份认证账号已绑定另一个账号。")
CANNOT_ENTER = N_("这个账号暂时不能登录。请联系承办单位或者平台管理员。")


def enter_by_identity(issuer: str, subject: str, display_name: str) -> User:
    """Whoever is known by that subject, made anew at the first time; Refused for a stopped one."""
    known = identity(issuer, subject)
    if known is None:
        user = new_citizen(display_name, "")
        _add(Identity(user_id=user.id, issuer=issuer, subject=subject, created_at=clock.now()))
        record(events.IdentityLinked(actor=actor_for(user), user_id=user.id))
    else:
        user = locked_user(known.user_id)
    if not user.is_active:
        record(events.SignInFailed(actor=GUEST, user_id=user.id))
        raise Refused(CANNOT_ENTER)
    if user.role is not Role.ADMINISTRATOR:
        readonly.enforce(db.session())
    user.last_sign_in_at = clock.now()
    db.session.flush()
    record(events.SignedIn(actor=actor_for(user), user_id=user.id))
    return user


def link_identity(actor: Actor, issuer: str, subject: str) -> None:
    """Let the actor sign in through the provider, too; Refused where the subject is another's."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    locked_user(actor.id)
    known = identity(issuer, subject)
    if known is not None and known.user_id == actor.id:
        return
    if known is not None or identity_of(actor.id, issuer) is not None:
        raise Refused(TAKEN)
    _add(Identity(user_id=actor.id, issuer=issuer, subject=subject, created_at=clock.now()))
    record(events.IdentityLinked(actor=actor, user_id=actor.id))


def unlink_identity(actor: Actor, issuer: str) -> None:
    """Sign in by password alone from now on; refused where there is none."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    user = locked_user(actor.id)
    rules.may_unlink(has_password=bool(user.password_hash)).enforce()
    known = identity_of(actor.id, issuer)
    if known is not None:
        db.session.delete(known)
        db.session.flush()
        record(events.IdentityUnlinked(actor=actor, user_id=actor.id))


def _add(known: Identity) -> None:
    db.session.add(known)
    try:
        db.session.flush()
    except IntegrityError as error:  # the same subject in two browsers at once
        raise Refused(TAKEN) from error
