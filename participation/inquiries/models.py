"""Tables of questions, what became of each, and the numbers of a consultation's questions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.consultations.models import Clause, Consultation, words
from participation.inquiries.rules import State
from participation.kernel.db import Base, Instant
from participation.kernel.sealing import sealed_info
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature
from participation.rulebook.removal import RemovalReason


class Inquiry(Base):
    """One question as it came. The words received stay; what is shown is masked.

    `due_*` are those of a simple question until a person has classed it. `published_at` is set
    while question and answer are publicly shown.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        UniqueConstraint("consultation_id", "submission_key"),
        CheckConstraint(
            "state <> 'answered' OR (answer <> '' AND answered_at IS NOT NULL)", "answer"
        ),
        CheckConstraint(
            "published_at IS NULL OR (state = 'answered' AND reason_code IS NULL)", "published"
        ),
        CheckConstraint(
            "(state IN ('withdrawn', 'removed')) = (removed_at IS NOT NULL)"
            " AND (removed_at IS NULL OR (body = '' AND shown_body = '' AND answer = ''"
            " AND mail_sealed IS NULL AND mail_digest IS NULL))",
            "removed",
        ),
        Index("ix_inquiry_public", "consultation_id", "published_at", "id"),
        Index("ix_inquiry_clause_public", "clause_id", "published_at", "id"),
        Index("ix_inquiry_published", "published_at", "id"),
        Index("ix_inquiry_queue", "state", "due_at", "id"),
        Index("ix_inquiry_account", "account_id", "received_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    submission_key: Mapped[str] = mapped_column(String(80))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    body: Mapped[str] = mapped_column(Text)
    shown_body: Mapped[str] = mapped_column(Text, default="")
    # What the words looked like when they came; a person decides.
    recognised: Mapped[Nature | None] = mapped_column(words(Nature))
    # Sealed by the vault, bound to `inquiry.mail:<receipt>`; the digest finds it again.
    mail_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("inquiry.mail", "receipt")
    )
    mail_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    notice_version: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[State] = mapped_column(words(State), default=State.WAITING)
    difficulty: Mapped[Difficulty | None] = mapped_column(words(Difficulty))
    classed_at: Mapped[datetime | None] = mapped_column(Instant)
    classed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(Instant)
    is_due_provisional: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revised_at: Mapped[datetime | None] = mapped_column(Instant)
    # Why the answer is the sender's alone; empty for a public one.
    reason_code: Mapped[WithholdingReason | None] = mapped_column(words(WithholdingReason))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    removal_reason: Mapped[RemovalReason | None] = mapped_column(words(RemovalReason))
    removal_basis: Mapped[str] = mapped_column(String(300), default="")

    consultation: Mapped[Consultation] = relationship()
    clause: Mapped[Clause | None] = relationship()
    referrals: Mapped[list[Referral]] = relationship(order_by="Referral.id")
    earlier_answers: Mapped[list[EarlierAnswer]] = relationship(order_by="EarlierAnswer.id.desc()")


class Referral(Base):
    """That a question was handed on, to whom, and what the sender was told.

    `object_by_on`: the last day on which the other body may object (信访工作条例 art. 23).
    """

    __tablename__ = "inquiry_referral"
    __table_args__ = (
        CheckConstraint("returned_at IS NULL OR return_note <> ''", "returned"),
        Index("ix_inquiry_referral_inquiry_id", "inquiry_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    nature: Mapped[Nature] = mapped_column(words(Nature))
    unit: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)
    referred_at: Mapped[datetime] = mapped_column(Instant)
    referred_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    object_by_on: Mapped[date | None]
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    return_note: Mapped[str] = mapped_column(Text, default="")


class EarlierAnswer(Base):
    """What an answer said before it was corrected; shown below the present words."""

    __tablename__ = "inquiry_earlier_answer"
    __table_args__ = (Index("ix_inquiry_earlier_answer_inquiry_id", "inquiry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(ForeignKey("inquiry.id"))
    text: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime] = mapped_column(Instant)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class InquirySeries(Base):
    """The gapless numbers of one consultation's questions, and how many are publicly answered.

    Its row is updated by every question, which puts them in one order.
    """

    __tablename__ = "inquiry_series"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
