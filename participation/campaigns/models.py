"""Tables of the same words sent by many: who is in which group. No word of an opinion is in them.

The common text is an opinion's own, shown from its row: with the opinion it is gone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, Document, Instant


class Campaign(Base):
    """A group of opinions that say the same; `leader_id` is the one whose words stand for it.

    `members` are its opinions, `senders` the people behind them: whoever sent several from one
    account or contact is one, each unnamed opinion is one.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("consultation_id", "number"),
        Index("ix_campaign_members", "consultation_id", "members", "id"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", "confirmed"),
        CheckConstraint("members >= 0 AND senders <= members", "counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    number: Mapped[int]
    leader_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    # From where to where in the leader's words its sender's own stand, which the others lack.
    own_spans: Mapped[list[list[int]]] = mapped_column(Document)
    members: Mapped[int] = mapped_column(default=0)
    senders: Mapped[int] = mapped_column(default=0)
    # How many of its opinions say something of their own besides.
    with_own: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CampaignMember(Base):
    """An opinion's place: in one group, or taken out of it by somebody."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        Index("ix_campaign_member_campaign_id", "campaign_id", "comment_id"),
        Index(
            "ix_campaign_member_own",
            "campaign_id",
            "comment_id",
            sqlite_where=text("added > 0"),
            postgresql_where=text("added > 0"),
        ),
        CheckConstraint("(taken_out_at IS NULL) = (taken_out_by_id IS NULL)", "taken_out"),
    )

    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id"), primary_key=True, autoincrement=False
    )
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    # Share of sign triples in common with the leader, in percent.
    resemblance: Mapped[int]
    # How many letters and digits are the sender's own.
    added: Mapped[int]
    joined_at: Mapped[datetime] = mapped_column(Instant)
    taken_out_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CampaignSearch(Base):
    """The last look at a consultation's opinions, which saw those up to the number `received`.

    `changes` rises with every one that was corrected or taken out; `seen_changes` is what it was.
    """

    __tablename__ = "campaign_search"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    received: Mapped[int] = mapped_column(default=0)
    changes: Mapped[int] = mapped_column(default=0)
    seen_changes: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[datetime | None] = mapped_column(Instant)
    # How many opinions were compared, and how many were too short for it.
    compared: Mapped[int] = mapped_column(default=0)
    too_short: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)
