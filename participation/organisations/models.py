"""Tables of organisations: members, invitations, and the opinions that they draft together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import User
from participation.comments.models import Sending
from participation.comments.rules import ProposalKind, RespondentKind, Stance
from participation.consultations.models import Consultation, words
from participation.kernel.db import Base, Instant
from participation.kernel.sealing import sealed_info
from participation.organisations.rules import Part

ONE_LEAD = text("part = 'lead'")
UNSENT = text("sending_id IS NULL")


class Organisation(Base):
    """A firm, an association or another body. Dissolved, its row stays without a name: the audit
    points at its number."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("(dissolved_at IS NULL) = (name <> '')", "dissolved"),
        CheckConstraint("kind <> 'person'", "no_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[RespondentKind] = mapped_column(words(RespondentKind))
    created_at: Mapped[datetime] = mapped_column(Instant)
    dissolved_at: Mapped[datetime | None] = mapped_column(Instant)


class Membership(Base):
    """An account's place in an organisation; there is one lead at most."""

    __tablename__ = "organisation_membership"
    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id"),
        Index(
            "uq_organisation_membership_lead",
            "organisation_id",
            unique=True,
            sqlite_where=ONE_LEAD,
            postgresql_where=ONE_LEAD,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    part: Mapped[Part] = mapped_column(words(Part))
    joined_at: Mapped[datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User] = relationship()


class Invitation(Base):
    """A link by mail to join; accepted or revoked it keeps no address, only that it was sent.

    The worker makes the token when it writes the letter, so that no other row holds it.
    """

    __tablename__ = "organisation_invitation"
    __table_args__ = (
        CheckConstraint(
            "ended_at IS NULL OR (email_sealed IS NULL AND token_hash IS NULL)", "ended"
        ),
        Index("ix_organisation_invitation_invited_by_id", "invited_by_id", "created_at"),
        Index("ix_organisation_invitation_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    email_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("organisation_invitation.email", "key")
    )
    email_digest: Mapped[str] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(5))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # When its letter was last written; empty where none was to be sent.
    written_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship()


class JointDraft(Base):
    """What an organisation writes on a consultation; one waits at a time, those sent stay.

    `submission_key` is the sending's own: sent twice, it is the same sending.
    """

    __tablename__ = "joint_draft"
    __table_args__ = (
        CheckConstraint("(sending_id IS NULL) = (submitted_at IS NULL)", "submitted"),
        Index(
            "uq_joint_draft_unsent",
            "organisation_id",
            "consultation_id",
            unique=True,
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
        Index("ix_joint_draft_organisation_id", "organisation_id"),
        Index("ix_joint_draft_consultation_id", "consultation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    submission_key: Mapped[str] = mapped_column(String(80), unique=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    sending_id: Mapped[int | None] = mapped_column(ForeignKey("sending.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    consultation: Mapped[Consultation] = relationship()
    sending: Mapped[Sending | None] = relationship()
    submitted_by: Mapped[User | None] = relationship()


class JointOpinion(Base):
    """One opinion of a joint draft, until it is sent; the sending then holds the words.

    `version` rises with every change: whoever saves says which one was read. `submission_key`
    makes saving a new one twice the same act, and is the opinion's own when it is sent.
    """

    __tablename__ = "joint_opinion"
    __table_args__ = (
        UniqueConstraint("draft_id", "submission_key"),
        Index("ix_joint_opinion_written_by_id", "written_by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("joint_draft.id"))
    submission_key: Mapped[str] = mapped_column(String(80))
    clause_key: Mapped[str | None] = mapped_column(String(80))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("consultation_document.id"))
    quoted_text: Mapped[str] = mapped_column(Text, default="")
    quoted_at: Mapped[int | None]
    stance: Mapped[Stance] = mapped_column(words(Stance))
    body: Mapped[str] = mapped_column(Text)
    proposal_kind: Mapped[ProposalKind | None] = mapped_column(words(ProposalKind))
    proposed_text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)

    draft: Mapped[JointDraft] = relationship()
    written_by: Mapped[User | None] = relationship()
