"""The table of reminders: each matter, duty, due day and step once."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.consultations.models import words
from participation.duties.rules import DutyKind
from participation.kernel.db import Base, Instant


class Reminder(Base):
    """That a duty was reminded of at a step; the row is what makes it one, whoever looks again.

    `step`: days before `due_on`, -1 once it is past. A window's quiet half has the day it opened.
    """

    __tablename__ = "duty_reminder"
    __table_args__ = (UniqueConstraint("consultation_id", "kind", "due_on", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    kind: Mapped[DutyKind] = mapped_column(words(DutyKind))
    due_on: Mapped[date]
    step: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
