"""Tables of opinions as received, and the counters kept in the same transaction."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.comments.rules import (
    LONGEST_QUOTE,
    Channel,
    Outcome,
    ProposalKind,
    RespondentKind,
    Stance,
    Standing,
    Visibility,
)
from participation.consultations.models import (
    Clause,
    Consultation,
    ConsultationDocument,
    words,
)
from participation.kernel.db import Base, Instant
from participation.kernel.sealing import sealed_info
from participation.kernel.storage import StorageKey
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.removal import RemovalReason, RestrictionReason


class Sending(Base):
    """Several opinions sent at once; `code` is the one receipt for all of them."""

    __tablename__ = "sending"
    __table_args__ = (UniqueConstraint("consultation_id", "submission_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    code: Mapped[str] = mapped_column(String(24), unique=True)
    submission_key: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)

    consultation: Mapped[Consultation] = relationship()


class Comment(Base):
    """One opinion, as it came; only its author changes the words. What is shown is masked."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("consultation_id", "submission_key"),
        UniqueConstraint("consultation_id", "number"),
        CheckConstraint("visibility <> 'withheld' OR reason_code IS NOT NULL", "withheld_reason"),
        CheckConstraint(
            "visibility <> 'released' OR published_at IS NOT NULL OR withdrawn_at IS NOT NULL",
            "released_at",
        ),
        # Removed says when, why, and holds nothing any more; only removed has no words.
        CheckConstraint(
            "(visibility = 'removed') = (removed_at IS NOT NULL)"
            " AND (removed_at IS NULL) = (removal_reason IS NULL)"
            " AND (removed_at IS NULL OR (body = '' AND proposed_text = '' AND shown_body = ''"
            " AND shown_proposed_text = '' AND name_sealed IS NULL AND contact_sealed IS NULL"
            " AND published_at IS NULL))",
            "removed",
        ),
        CheckConstraint(
            "(visibility = 'restricted') = (restricted_at IS NOT NULL)"
            " AND (restricted_at IS NULL) = (restriction_reason IS NULL)"
            " AND (restricted_at IS NULL OR published_at IS NULL)",
            "restricted",
        ),
        CheckConstraint("(quoted_at IS NULL) = (quoted_text = '')", "quoted"),
        # The public list, newest first: released and not withdrawn ones have `published_at`.
        Index("ix_comment_public", "consultation_id", "published_at", "id"),
        Index("ix_comment_clause_public", "clause_id", "published_at", "id"),
        Index("ix_comment_queue", "consultation_id", "visibility", "received_at", "id"),
        # The public log of what is not shown; most opinions are in none.
        Index(
            "ix_comment_withheld",
            "consultation_id",
            "moderated_at",
            "id",
            sqlite_where=text("visibility = 'withheld'"),
            postgresql_where=text("visibility = 'withheld'"),
        ),
        Index("ix_comment_outcome", "consultation_id", "outcome", "received_at", "id"),
        Index("ix_comment_words", "consultation_id", "words_digest"),
        Index("ix_comment_account", "account_id", "received_at", "id"),
        Index("ix_comment_contact", "contact_digest", "received_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    submission_key: Mapped[str] = mapped_column(String(80))
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    # Of the package, where it is not on the draft itself.
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("consultation_document.id"), index=True
    )
    # The words of the clause that it is about, and where in them they begin, in code points.
    quoted_text: Mapped[str] = mapped_column(String(LONGEST_QUOTE), default="")
    quoted_at: Mapped[int | None]
    stance: Mapped[Stance] = mapped_column(words(Stance))
    body: Mapped[str] = mapped_column(Text)
    proposed_text: Mapped[str] = mapped_column(Text, default="")
    # What `proposed_text` does to the clause or the words quoted; empty where it is told in words.
    proposal_kind: Mapped[ProposalKind | None] = mapped_column(words(ProposalKind))
    # SHA-256 of the words in their normal form: the same words of two people are found by it.
    words_digest: Mapped[str] = mapped_column(String(64))
    respondent_kind: Mapped[RespondentKind] = mapped_column(words(RespondentKind))
    channel: Mapped[Channel] = mapped_column(words(Channel))
    # Sealed by the vault, bound to `comment.name:<receipt>` and `comment.contact:<receipt>`.
    name_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("comment.name", "receipt")
    )
    contact_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("comment.contact", "receipt")
    )
    # Keyed digest of the contact's normal form: finds the opinions of one contact, names nobody.
    contact_digest: Mapped[str | None] = mapped_column(String(64))
    # How the author made themselves known, and when they proved that the contact is theirs.
    standing: Mapped[Standing] = mapped_column(words(Standing), default=Standing.UNNAMED)
    contact_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    # Whether the author wants to be told by mail what becomes of it.
    is_mail_wanted: Mapped[bool] = mapped_column(default=True)
    sending_id: Mapped[int | None] = mapped_column(ForeignKey("sending.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    notice_version: Mapped[str] = mapped_column(String(40), default="")
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    received_at: Mapped[datetime] = mapped_column(Instant)
    # When the present words came, where the author corrected the first ones.
    corrected_at: Mapped[datetime | None] = mapped_column(Instant)
    # For what was not sent online: the day it was said or arrived, where, and who entered it.
    said_on: Mapped[date | None]
    said_at_place: Mapped[str] = mapped_column(String(100), default="", server_default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    visibility: Mapped[Visibility] = mapped_column(words(Visibility), default=Visibility.WAITING)
    reason_code: Mapped[WithholdingReason | None] = mapped_column(words(WithholdingReason))
    moderated_at: Mapped[datetime | None] = mapped_column(Instant)
    moderated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # Set while publicly shown; empty before the release, after a withholding or a withdrawal.
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    shown_body: Mapped[str] = mapped_column(Text, default="")
    shown_proposed_text: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[Outcome] = mapped_column(words(Outcome), default=Outcome.PENDING)
    # How many support it; counted beside the opinions, never among them.
    supporters: Mapped[int] = mapped_column(default=0)
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    removal_reason: Mapped[RemovalReason | None] = mapped_column(words(RemovalReason))
    # The legal basis in words, shown with the reason in the place of the opinion.
    removal_basis: Mapped[str] = mapped_column(String(300), default="")
    restricted_at: Mapped[datetime | None] = mapped_column(Instant)
    restriction_reason: Mapped[RestrictionReason | None] = mapped_column(words(RestrictionReason))

    consultation: Mapped[Consultation] = relationship()
    clause: Mapped[Clause | None] = relationship()
    document: Mapped[ConsultationDocument | None] = relationship()


class CommentVersion(Base):
    """Words that their author replaced: as they stood from `written_at` until `replaced_at`."""

    __tablename__ = "comment_version"
    __table_args__ = (UniqueConstraint("comment_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    # 1 is what came first.
    version: Mapped[int]
    stance: Mapped[Stance] = mapped_column(words(Stance))
    respondent_kind: Mapped[RespondentKind] = mapped_column(words(RespondentKind))
    body: Mapped[str] = mapped_column(Text)
    proposal_kind: Mapped[ProposalKind | None] = mapped_column(words(ProposalKind))
    proposed_text: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime] = mapped_column(Instant)


class ContactConfirmation(Base):
    """A link by which an author proves that the contact is theirs; only its hash is kept."""

    __tablename__ = "contact_confirmation"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    comment: Mapped[Comment] = relationship()


class Attachment(Base):
    """A file that came with an opinion; without `comment_id` it waits for its opinion to be sent.

    Whoever uploaded it names it by `ref`. What is stored was cleaned: `storage_key` is the SHA-256
    of what is kept. The public sees it once its opinion and, by its own look, it are released.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("released_at IS NULL OR comment_id IS NOT NULL", "released_with_comment"),
        Index("ix_attachment_comment_id_position", "comment_id", "position"),
        Index("ix_attachment_uploaded_at", "uploaded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    # 1, 2, 3 … within the opinion; 0 while it waits.
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(StorageKey)
    # File names tell names: sealed, bound to `attachment.name:<ref>`.
    name_sealed: Mapped[bytes] = mapped_column(
        LargeBinary, info=sealed_info("attachment.name", "ref")
    )
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    scanned_at: Mapped[datetime | None] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)

    comment: Mapped[Comment | None] = relationship()

    @property
    def is_public(self) -> bool:
        """Whether the public may have it: released since its opinion was last released."""
        shown_since = self.comment.published_at if self.comment else None
        return bool(self.released_at and shown_since and self.released_at >= shown_since)


class CommentSupport(Base):
    """Somebody's support (附议) of another's opinion: of an account, or of a mail address.

    An address counts once its owner has pressed the button behind the mailed link, `token_hash`;
    until then it is kept sealed, afterwards only its digest. A support that was taken back keeps
    its row.
    """

    __tablename__ = "comment_support"
    __table_args__ = (
        UniqueConstraint("comment_id", "account_id"),
        UniqueConstraint("comment_id", "contact_digest"),
        CheckConstraint("withdrawn_at IS NULL OR supported_at IS NOT NULL", "withdrawn_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    contact_digest: Mapped[str | None] = mapped_column(String(64))
    # Random; the secret of the link is made from it, the address is sealed bound to it.
    nonce: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    contact_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_info("support.contact", "nonce")
    )
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    supported_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    comment: Mapped[Comment] = relationship()

    @property
    def is_counted(self) -> bool:
        """Whether it stands among the supporters."""
        return self.supported_at is not None and self.withdrawn_at is None


class SpentChallenge(Base):
    """A proof of work that was accepted: it serves once, and is kept until it would expire."""

    __tablename__ = "spent_challenge"

    challenge: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class CommentSeries(Base):
    """The gapless numbers of one consultation's opinions: `received` is the last one given.

    Its row is updated by every submission, which puts them in one order; never deleted from.
    """

    __tablename__ = "comment_series"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    released: Mapped[int] = mapped_column(default=0)
    # Rises with every support that is given or taken back: what is shown of them changed.
    supported: Mapped[int] = mapped_column(default=0)


class CommentTally(Base):
    """Counts of one consultation by one dimension of `rules.Dimension` and one of its values."""

    __tablename__ = "comment_tally"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(20), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class ClauseTally(Base):
    """How many released opinions a clause has, for the margin of the draft."""

    __tablename__ = "clause_tally"

    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"), primary_key=True)
    released: Mapped[int] = mapped_column(default=0)


class ErasureRequest(Base):
    """An author's request to erase words that the archive duty keeps; an officer answers it."""

    __tablename__ = "erasure_request"
    __table_args__ = (CheckConstraint("(answered_at IS NULL) = (is_granted IS NULL)", "answered"),)

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    is_granted: Mapped[bool | None]
    # Why not, said to the author (PIPL art. 50).
    answer: Mapped[str] = mapped_column(Text, default="")

    comment: Mapped[Comment] = relationship()


class ContactReveal(Base):
    """That somebody was shown a name or contact; counted by the hour, gone after a month.

    The lasting trace is the audit's entry of the same transaction.
    """

    __tablename__ = "contact_reveal"
    __table_args__ = (Index("ix_contact_reveal_actor_id_at", "actor_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
