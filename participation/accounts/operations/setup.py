"""The first administrator of an empty instance, by a one-time link."""

from __future__ import annotations

import secrets

from sqlalchemy import delete

from participation.accounts.events import SetupLinkMade
from participation.accounts.models import SetupLink, User
from participation.accounts.operations.people import new_administrator
from participation.accounts.passwords import NewPassword
from participation.accounts.queries import has_administrator, token_hash
from participation.accounts.rules import SETUP_LINK_DEAD, may_make_setup_link, may_use_setup_link
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Refused
from participation.kernel.events import record


def make_setup_link(actor: Actor) -> str:
    """Make the one valid link and return its token, of which only a hash is kept."""
    may_make_setup_link(actor, has_administrator()).enforce()
    db.session.execute(delete(SetupLink).where(SetupLink.used_at.is_(None)))
    token = secrets.token_urlsafe(32)
    db.session.add(SetupLink(token_hash=token_hash(token), created_at=clock.now()))
    db.session.flush()
    record(SetupLinkMade(actor=actor))
    return token


def set_up_administrator(token: str, username: str, password: NewPassword) -> User:
    """Use the link up and make the administrator; Refused where it is no longer good."""
    link = db.session.get(
        SetupLink, token_hash(token), with_for_update=True, populate_existing=True
    )
    if link is None:
        raise Refused(SETUP_LINK_DEAD)
    now = clock.now()
    may_use_setup_link(link.created_at, link.used_at, has_administrator(), now).enforce()
    link.used_at = now
    return new_administrator(username, password)
