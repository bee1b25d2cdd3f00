"""Links by mail: asked for alike for every address, made by the worker, used once from a page.

Whoever asks learns nothing: asking looks nobody up, it writes one row and one job. Only the worker
finds out whom the address belongs to, and only the mailbox hears what it found.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from participation.accounts import events, rules
from participation.accounts.addresses import (
    address_digest,
    address_of_link,
    keep_address,
    read_address,
)
from participation.accounts.models import AccountLink, User
from participation.accounts.operations.people import locked_user, new_citizen
from participation.accounts.operations.sessions import end_all_sessions
from participation.accounts.passwords import NewPassword
from participation.accounts.queries import actor_for, find_by_digest, letters_since, token_hash
from participation.accounts.rules import LinkKind
from participation.kernel import clock, jobs
from participation.kernel.actor import Actor
from participation.kernel.db import db
from participation.kernel.errors import Invalid, Refused
from participation.kernel.events import record
from participation.kernel.vault import vault
from participation.kernel.verdict import N_

MAIL_LINK = "accounts.mail_link"
HOUR = timedelta(hours=1)


class Says(StrEnum):
    """What the mail to an address says: the link of its kind, or that it has an account."""

    REGISTER = "register"
    RESET = "reset"
    ADDRESS = "address"
    HAS_ACCOUNT = "has_account"


@dataclass(frozen=True)
class Letter:
    """A mail to be sent: to whom, in which language, what it says, with which token."""

    address: str
    language: str
    says: Says
    token: str = ""


def ask_for_link(kind: LinkKind, typed: str, language: str, actor: Actor | None = None) -> None:
    """Note that somebody asks for a link to an address; Invalid (field `email`) for no address.

    The same rows are written whoever the address belongs to.
    """
    address = read_address(typed)
    if address is None:
        raise Invalid(N_("请填写一个邮箱地址，例如 name@example.cn。"), field="email")
    key = secrets.token_hex(16)
    db.session.add(
        AccountLink(
            key=key,
            kind=kind,
            user_id=actor.id if actor else None,
            email_sealed=vault().seal(address, f"account_link.email:{key}"),
            email_digest=address_digest(address),
            language=language,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    jobs.enqueue(MAIL_LINK, {"link": key})


def write_letter(key: str) -> Letter | None:
    """Decide what the mail of a link says and make its token; None where none is to be sent.

    Done again after a failed sending it makes a new token; the one before is worth nothing.
    """
    link = db.session.get(AccountLink, key, with_for_update=True, populate_existing=True)
    if link is None or link.used_at is not None:
        return None
    if letters_since(link, link.created_at - HOUR) >= rules.MOST_LINKS_AN_HOUR:
        return None
    says = _says(link)
    if says is None:
        return None
    address = address_of_link(link)
    # A letter without a link gets a token, too, which nobody is told: it counts as sent.
    token = secrets.token_urlsafe(32)
    link.token_hash = token_hash(token)
    db.session.flush()
    return Letter(address, link.language, says, "" if says is Says.HAS_ACCOUNT else token)


def _says(link: AccountLink) -> Says | None:
    owner = find_by_digest(link.email_digest)
    if link.kind is LinkKind.RESET:
        return Says.RESET if owner is not None and owner.is_active else None
    if owner is not None and owner.id != link.user_id:
        return Says.HAS_ACCOUNT
    return Says(link.kind.value)


def register_by_link(token: str, display_name: str, password: NewPassword) -> User:
    """Make the account of whoever opened the mailbox; its address is confirmed by that."""
    link = _used(token, LinkKind.REGISTER)
    user = new_citizen(display_name, password.hash)
    _keep(user, link)
    record(events.AddressConfirmed(actor=actor_for(user), user_id=user.id))
    return user


def reset_by_link(token: str, password: NewPassword) -> User:
    """Replace a forgotten password; every session ends, a pause is over, a second factor stays."""
    link = _used(token, LinkKind.RESET)
    found = find_by_digest(link.email_digest)
    if found is None or not found.is_active:
        raise Refused(rules.LINK_DEAD)
    user = locked_user(found.id)
    user.password_hash, user.must_change_password = password.hash, False
    user.failed_attempts, user.locked_until = 0, None
    end_all_sessions(user)
    record(events.PasswordReset(actor=actor_for(user), user_id=user.id))
    return user


def confirm_address(actor: Actor, token: str) -> User:
    """Keep a new address once the mailbox was opened by the very person who asked for it."""
    rules.may_change_password(actor).enforce()
    link = _used(token, LinkKind.ADDRESS)
    if link.user_id != actor.id:
        raise Refused(rules.LINK_DEAD)
    assert actor.id is not None
    user = locked_user(actor.id)
    _keep(user, link)
    record(events.AddressConfirmed(actor=actor, user_id=user.id))
    return user


def remove_address(actor: Actor) -> None:
    """Forget one's own address; refused where it is the only way to sign in."""
    rules.may_change_password(actor).enforce()
    assert actor.id is not None
    user = locked_user(actor.id)
    rules.may_remove_address(is_way_in=user.is_named_by_mail).enforce()
    user.email_sealed = user.email_digest = None
    db.session.flush()
    record(events.AddressRemoved(actor=actor, user_id=user.id))


def _used(token: str, kind: LinkKind) -> AccountLink:
    hashed = token_hash(token)
    query = select(AccountLink).where(AccountLink.token_hash == hashed, AccountLink.kind == kind)
    link = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if link is None:
        raise Refused(rules.LINK_DEAD)
    now = clock.now()
    rules.may_use_link(link.kind, link.created_at, link.used_at, now).enforce()
    link.used_at = now
    return link


def _keep(user: User, link: AccountLink) -> None:
    owner = find_by_digest(link.email_digest)
    if owner is not None and owner.id != user.id:
        raise Refused(rules.ADDRESS_TAKEN)
    keep_address(user, address_of_link(link))
    try:
        db.session.flush()
    except IntegrityError as error:  # another host was first
        raise Refused(rules.ADDRESS_TAKEN) from error
