"""Reading what opens an account: factors, links, sessions, identities at providers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from participation.accounts.models import (
    AccountLink,
    Identity,
    RecoveryCode,
    SecondFactor,
    SetupLink,
    UserSession,
)
from participation.kernel.db import db
from participation.kernel.vault import vault

MOST_SESSIONS = 50


def token_hash(token: str) -> str:
    """What is stored of a set-up link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def setup_link(token: str) -> SetupLink | None:
    """The link of a token, used or not."""
    return db.session.get(SetupLink, token_hash(token))


@dataclass(frozen=True)
class FactorState:
    """Whether a second factor is in force, one is being set up, and the codes left for losing it.

    `pending` is the secret that waits for its first code, opened.
    """

    enrolled_at: datetime | None = None
    pending: str = ""
    codes_left: int = 0

    @property
    def is_in_force(self) -> bool:
        """Whether codes are asked for."""
        return self.enrolled_at is not None


def factor_of(user_id: int) -> FactorState:
    """The state of a person's second factor; two statements."""
    row = db.session.get(SecondFactor, user_id)
    if row is None:
        return FactorState()
    left = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    pending = row.pending_sealed
    return FactorState(
        row.enrolled_at,
        vault().open(pending, f"second_factor.pending:{user_id}") if pending else "",
        db.session.scalar(left) or 0,
    )


def has_factor(user_id: int) -> bool:
    """Whether a second factor is in force; one statement."""
    found = select(SecondFactor.enrolled_at).where(SecondFactor.user_id == user_id)
    return db.session.scalar(found) is not None


def account_link(token: str) -> AccountLink | None:
    """The mailed link of a token, used or not."""
    return db.session.scalar(
        select(AccountLink).where(AccountLink.token_hash == token_hash(token[:100]))
    )


def letters_since(link: AccountLink, since: datetime) -> int:
    """How many other letters went to the address of a link since an instant."""
    sent = select(func.count()).where(
        AccountLink.email_digest == link.email_digest,
        AccountLink.created_at >= since,
        AccountLink.token_hash.is_not(None),
        AccountLink.key != link.key,
    )
    return db.session.scalar(sent) or 0


def sessions_of(user_id: int) -> Sequence[UserSession]:
    """The browsers a person is signed in with, the newest first."""
    return db.session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id)
        .order_by(UserSession.started_at.desc(), UserSession.key)
        .limit(MOST_SESSIONS)
    ).all()


def identity_of(user_id: int, issuer: str) -> Identity | None:
    """A person's identity at a provider."""
    return db.session.scalar(
        select(Identity).where(Identity.user_id == user_id, Identity.issuer == issuer)
    )


def identities_of(user_id: int) -> Sequence[Identity]:
    """All identities of a person, in the order of linking."""
    return db.session.scalars(
        select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)
    ).all()


def identity(issuer: str, subject: str) -> Identity | None:
    """Who is known by that subject at that provider; a mail address plays no part."""
    return db.session.scalar(
        select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    )
