"""Tables of accounts: departments, people, sessions, mailed links, identities, second factors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.rules import UNNAMED, LinkKind
from participation.kernel.actor import Role
from participation.kernel.db import Base, Instant
from participation.kernel.sealing import sealed_info

ROLE = Enum(Role, native_enum=False, length=20, values_callable=lambda kind: list(kind))
LINK_KIND = Enum(LinkKind, native_enum=False, length=20, values_callable=lambda kind: list(kind))


class Department(Base):
    """A body of the administration; `parent` is the one it belongs to."""

    __tablename__ = "department"
    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)

    parent: Mapped[Department | None] = relationship(remote_side=[id])


class User(Base):
    """A person with an account. `session_epoch` rises whenever old sessions are to end."""

    __tablename__ = "user_account"
    # The list of people: of one role, the newest first.
    __table_args__ = (Index("ix_user_account_role_id", "role", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role] = mapped_column(ROLE)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(Instant)
    # The row of a deleted account stays, without a name: entries of the audit point at it.
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    # Only an address that its owner has confirmed; the digest is what it is found by.
    email_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("user_account.email", "id")
    )
    email_digest: Mapped[str | None] = mapped_column(String(64), unique=True)

    department: Mapped[Department | None] = relationship()

    @property
    def is_named_by_mail(self) -> bool:
        """Whether the account has no user name of its own that could be signed in with."""
        return self.username.startswith(UNNAMED)


class UserSession(Base):
    """A browser in which somebody is signed in; without its row the cookie is nobody's."""

    __tablename__ = "user_session"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    # Words of a closed list such as `Firefox, Windows`: enough to know one's own device again.
    device: Mapped[str] = mapped_column(String(60), default="")


class AccountLink(Base):
    """A one-time link asked for by mail; the worker makes the token and finds whom it concerns.

    Asking writes such a row for every address alike, so that nobody learns who has an account.
    """

    __tablename__ = "account_link"
    __table_args__ = (Index("ix_account_link_created_at", "created_at"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(LINK_KIND)
    # Who asks for a new address; for the other kinds nobody is known while asking.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    email_sealed: Mapped[bytes] = mapped_column(
        LargeBinary, info=sealed_info("account_link.email", "key")
    )
    email_digest: Mapped[str] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(5))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Identity(Base):
    """Somebody's account at an OpenID provider, known by issuer and subject, never by mail."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant)


class SecondFactor(Base):
    """A person's secret for one-time codes. `last_step` is the last time step that was used.

    `pending_sealed` is a new secret that no code has proved yet; without `secret_sealed` there is
    no factor in force.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("second_factor.secret", "user_id")
    )
    pending_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("second_factor.pending", "user_id")
    )
    begun_at: Mapped[datetime] = mapped_column(Instant)
    enrolled_at: Mapped[datetime | None] = mapped_column(Instant)
    last_step: Mapped[int] = mapped_column(default=0)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """One of ten codes that stand in for the second factor once each; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SetupLink(Base):
    """The one-time link by which the first administrator of an empty instance is made."""

    __tablename__ = "setup_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
