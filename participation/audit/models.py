"""The audit's table: one row for every event, written in the event's own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, Document, Instant


class AuditEntry(Base):
    """Who did what, when; ids and not texts."""

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
