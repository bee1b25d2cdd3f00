"""Tables of accounts: departments in a tree, people with one role each, set-up links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.kernel.actor import Role
from participation.kernel.db import Base, Instant

ROLE = Enum(Role, native_enum=False, length=20, values_callable=lambda kind: list(kind))


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

    department: Mapped[Department | None] = relationship()


class SetupLink(Base):
    """The one-time link by which the first administrator of an empty instance is made."""

    __tablename__ = "setup_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
