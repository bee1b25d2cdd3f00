"""The audit's tables: one row for every event, written in the event's own transaction, and the log
that these rows are the leaves of. All of them are append-only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.audit.append_only import protect
from participation.kernel.db import Base, Document, Instant


class AuditEntry(Base):
    """Who did what, when; ids and not texts, and no name but those of staff."""

    __tablename__ = "audit_entry"
    # Ordered by the instant: by `id` alone PostgreSQL would walk the whole table's primary key.
    __table_args__ = (Index("ix_audit_entry_history", "consultation_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_role: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(60))
    event: Mapped[str] = mapped_column(String(60))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(Document)


class AuditLeaf(Base):
    """An entry's place in the log, and its hash when it was put there."""

    __tablename__ = "audit_leaf"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """A signed head of the log: the root of its first `size` leaves, as a note to pass on.

    `edge` are the hashes of the tree's right edge (`kernel.merkle.Edge`), to grow it from.
    """

    __tablename__ = "audit_head"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    edge: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)


for _each in (AuditEntry, AuditLeaf, AuditHead):
    assert isinstance(_each.__table__, Table)
    protect(_each.__table__)
