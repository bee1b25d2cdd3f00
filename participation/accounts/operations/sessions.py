"""The browsers somebody is signed in with: begun, ended one by one or all at once."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import delete

from participation.accounts import events, rules
from participation.accounts.models import User, UserSession
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.events import record


def open_session(user: User, device: str) -> str:
    """Begin a session of a person in a browser; returns its key of 128 random bits."""
    key = secrets.token_hex(16)
    session = UserSession(key=key, user_id=user.id, started_at=clock.now(), device=device)
    db.session.add(session)
    db.session.flush()
    return key


def end_all_sessions(user: User) -> None:
    """End every session of a locked row: old cookies are worth nothing with the next request."""
    user.session_epoch += 1
    db.session.flush()
    _delete(UserSession.user_id == user.id)


def sign_out(actor: Actor, key: str) -> None:
    """End the actor's session in this browser: a copied cookie is worth nothing afterwards."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    _delete((UserSession.user_id == actor.id) & (UserSession.key == key))
    record(events.SignedOut(actor=actor, user_id=actor.id))


def end_session(actor: Actor, key: str) -> int:
    """End one of the actor's sessions elsewhere; 0 where it was over already."""
    rules.may_change_password(actor).enforce()
    return _end(actor, UserSession.key == key)


def end_other_sessions(actor: Actor, key: str) -> int:
    """End all of the actor's sessions but the one of that key; returns how many there were."""
    rules.may_change_password(actor).enforce()
    return _end(actor, UserSession.key != key)


def _end(actor: Actor, which: Any) -> int:
    assert actor.id is not None
    count = _delete((UserSession.user_id == actor.id) & which)
    if count:
        record(events.SessionsEnded(actor=actor, user_id=actor.id, count=count))
    return count


def _delete(which: Any) -> int:
    gone: Any = db.session.execute(
        delete(UserSession).where(which).execution_options(synchronize_session=False)
    )
    count: int = gone.rowcount
    return count
