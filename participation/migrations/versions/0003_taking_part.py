"""Taking part: files, corrections, supports, questions, search, followers, explanations

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEARCH = (
    (
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_entry', "
        "content_rowid='id', detail=none, columnsize=0, tokenize=\"ascii tokenchars "
        "'_'\")"
    ),
    "INSERT INTO search_index(search_index, rank) VALUES('secure-delete', 1)",
    (
        "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN INSERT INTO"
        " search_index(rowid, words) VALUES (new.id, new.words); END"
    ),
    (
        "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN INSERT INTO "
        "search_index(search_index, rowid, words) VALUES('delete', old.id, old.words); "
        "END"
    ),
    (
        "CREATE TRIGGER search_entry_changed AFTER UPDATE OF id, words ON search_entry "
        "BEGIN INSERT INTO search_index(search_index, rowid, words) VALUES('delete', "
        "old.id, old.words); INSERT INTO search_index(rowid, words) VALUES (new.id, "
        "new.words); END"
    ),
)
SEARCH_DROPS = (
    "DROP TRIGGER IF EXISTS search_entry_added",
    "DROP TRIGGER IF EXISTS search_entry_gone",
    "DROP TRIGGER IF EXISTS search_entry_changed",
    "DROP TABLE IF EXISTS search_index",
)


def upgrade() -> None:
    op.create_table(
        "follow_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "subjects", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("pace", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_request")),
        sa.UniqueConstraint("nonce", name=op.f("uq_follow_request_nonce")),
    )
    with op.batch_alter_table("follow_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_request_created_at"), ["created_at"], unique=False
        )
        batch_op.create_index(
            "ix_follow_request_digest_created_at", ["digest", "created_at"], unique=False
        )

    op.create_table(
        "follower",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stop_key", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("pace", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.UniqueConstraint("digest", name=op.f("uq_follower_digest")),
        sa.UniqueConstraint("stop_key", name=op.f("uq_follower_stop_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dissolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(dissolved_at IS NULL) = (name <> '')", name=op.f("ck_organisation_dissolved")
        ),
        sa.CheckConstraint("kind <> 'person'", name=op.f("ck_organisation_no_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "search_miss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_miss")),
        sa.UniqueConstraint("words", name=op.f("uq_search_miss_words")),
    )
    with op.batch_alter_table("search_miss", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_miss_last_on"), ["last_on"], unique=False)

    op.create_table(
        "spent_challenge",
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_spent_challenge")),
    )
    with op.batch_alter_table("spent_challenge", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_spent_challenge_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "search_miss_asker",
        sa.Column("miss_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["miss_id"],
            ["search_miss.id"],
            name=op.f("fk_search_miss_asker_miss_id_search_miss"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("miss_id", "digest", name=op.f("pk_search_miss_asker")),
    )
    op.create_table(
        "search_miss_day",
        sa.Column("miss_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["miss_id"],
            ["search_miss.id"],
            name=op.f("fk_search_miss_day_miss_id_search_miss"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("miss_id", "day", name=op.f("pk_search_miss_day")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["follower.id"],
            name=op.f("fk_subscription_follower_id_follower"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "follower_id", "subject", name=op.f("uq_subscription_follower_id_subject")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(
            "ix_subscription_subject_follower_id", ["subject", "follower_id"], unique=False
        )

    op.create_table(
        "account_link",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_link_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.create_index("ix_account_link_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_account_link_email_digest"), ["email_digest"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_account_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_identity_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_user_id"), ["user_id"], unique=False)

    op.create_table(
        "organisation_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ended_at IS NULL OR (email_sealed IS NULL AND token_hash IS NULL)",
            name=op.f("ck_organisation_invitation_ended"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["user_account.id"],
            name=op.f("fk_organisation_invitation_invited_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_invitation")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_invitation_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_organisation_invitation_token_hash")),
    )
    with op.batch_alter_table("organisation_invitation", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_invitation_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_organisation_invitation_email_digest"), ["email_digest"], unique=False
        )
        batch_op.create_index(
            "ix_organisation_invitation_invited_by_id",
            ["invited_by_id", "created_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_organisation_invitation_organisation_id"),
            ["organisation_id"],
            unique=False,
        )

    op.create_table(
        "organisation_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=30), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_membership_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_organisation_membership_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_membership")),
        sa.UniqueConstraint(
            "organisation_id",
            "user_id",
            name=op.f("uq_organisation_membership_organisation_id_user_id"),
        ),
    )
    with op.batch_alter_table("organisation_membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_membership_user_id"), ["user_id"], unique=False
        )
        batch_op.create_index(
            "uq_organisation_membership_lead",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("part = 'lead'"),
            postgresql_where=sa.text("part = 'lead'"),
        )

    op.create_table(
        "user_session",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "consultation_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("source_size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removal_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (source_key IS NOT NULL)",
            name=op.f("ck_consultation_document_removed_is_gone"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_document_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_document")),
    )
    with op.batch_alter_table("consultation_document", schema=None) as batch_op:
        batch_op.create_index(
            "ix_consultation_document_consultation_id_position",
            ["consultation_id", "position"],
            unique=False,
        )

    op.create_table(
        "consultation_tag",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_tag_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "kind", "value", name=op.f("pk_consultation_tag")
        ),
    )
    with op.batch_alter_table("consultation_tag", schema=None) as batch_op:
        batch_op.create_index("ix_consultation_tag_kind_value", ["kind", "value"], unique=False)

    op.create_table(
        "decision",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_decision_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_decision_recorded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_decision")),
    )
    op.create_table(
        "happening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column(
            "detail", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_happening_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happening")),
        sa.UniqueConstraint("key", name=op.f("uq_happening_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("happening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_happening_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_happening_consultation_id"), ["consultation_id"], unique=False
        )

    op.create_table(
        "inquiry_series",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_inquiry_series_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_inquiry_series")),
    )
    op.create_table(
        "interpretation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("clause_key", sa.String(length=80), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("picture_words", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_interpretation_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpretation")),
    )
    with op.batch_alter_table("interpretation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_interpretation_consultation_id_position",
            ["consultation_id", "position"],
            unique=False,
        )

    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_search_entry_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint(
            "consultation_id",
            "kind",
            "source_id",
            name=op.f("uq_search_entry_consultation_id_kind_source_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("submission_key", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_sending_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending")),
        sa.UniqueConstraint("code", name=op.f("uq_sending_code")),
        sa.UniqueConstraint(
            "consultation_id",
            "submission_key",
            name=op.f("uq_sending_consultation_id_submission_key"),
        ),
    )
    op.create_table(
        "joint_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(sending_id IS NULL) = (submitted_at IS NULL)", name=op.f("ck_joint_draft_submitted")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_joint_draft_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_joint_draft_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["sending_id"], ["sending.id"], name=op.f("fk_joint_draft_sending_id_sending")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["user_account.id"],
            name=op.f("fk_joint_draft_submitted_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_draft")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_joint_draft_submission_key")),
    )
    with op.batch_alter_table("joint_draft", schema=None) as batch_op:
        batch_op.create_index("ix_joint_draft_consultation_id", ["consultation_id"], unique=False)
        batch_op.create_index("ix_joint_draft_organisation_id", ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_joint_draft_unsent",
            ["organisation_id", "consultation_id"],
            unique=True,
            sqlite_where=sa.text("sending_id IS NULL"),
            postgresql_where=sa.text("sending_id IS NULL"),
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("happening_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["follower.id"],
            name=op.f("fk_notice_follower_id_follower"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["happening_id"],
            ["happening.id"],
            name=op.f("fk_notice_happening_id_happening"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_notice_subscription_id_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "follower_id", "happening_id", name=op.f("uq_notice_follower_id_happening_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_follower_id_told_at", ["follower_id", "told_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_notice_happening_id"), ["happening_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_subscription_id"), ["subscription_id"], unique=False
        )
        batch_op.create_index("ix_notice_told_at_id", ["told_at", "id"], unique=False)

    op.create_table(
        "text_in_force",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column(
            "clauses", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "warnings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_text_in_force_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["consultation_document.id"],
            name=op.f("fk_text_in_force_document_id_consultation_document"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_text_in_force")),
    )
    with op.batch_alter_table("text_in_force", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_text_in_force_document_id"), ["document_id"], unique=False
        )

    op.create_table(
        "inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=24), nullable=False),
        sa.Column("submission_key", sa.String(length=80), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("shown_body", sa.Text(), nullable=False),
        sa.Column("recognised", sa.String(length=30), nullable=True),
        sa.Column("mail_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("mail_digest", sa.String(length=64), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("notice_version", sa.String(length=40), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("difficulty", sa.String(length=30), nullable=True),
        sa.Column("classed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("classed_by_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_due_provisional", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(length=30), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removal_reason", sa.String(length=30), nullable=True),
        sa.Column("removal_basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            (
                "(state IN ('withdrawn', 'removed')) = (removed_at IS NOT NULL) AND (removed_at "
                "IS NULL OR (body = '' AND shown_body = '' AND answer = '' AND mail_sealed IS "
                "NULL AND mail_digest IS NULL))"
            ),
            name=op.f("ck_inquiry_removed"),
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR (state = 'answered' AND reason_code IS NULL)",
            name=op.f("ck_inquiry_published"),
        ),
        sa.CheckConstraint(
            "state <> 'answered' OR (answer <> '' AND answered_at IS NOT NULL)",
            name=op.f("ck_inquiry_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["user_account.id"], name=op.f("fk_inquiry_account_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_inquiry_answered_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["classed_by_id"],
            ["user_account.id"],
            name=op.f("fk_inquiry_classed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_inquiry_clause_id_clause")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_inquiry_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_inquiry_consultation_id_number")
        ),
        sa.UniqueConstraint(
            "consultation_id",
            "submission_key",
            name=op.f("uq_inquiry_consultation_id_submission_key"),
        ),
        sa.UniqueConstraint("receipt", name=op.f("uq_inquiry_receipt")),
    )
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inquiry_account", ["account_id", "received_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_inquiry_clause_public", ["clause_id", "published_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_inquiry_mail_digest"), ["mail_digest"], unique=False)
        batch_op.create_index(
            "ix_inquiry_public", ["consultation_id", "published_at", "id"], unique=False
        )
        batch_op.create_index("ix_inquiry_published", ["published_at", "id"], unique=False)
        batch_op.create_index("ix_inquiry_queue", ["state", "due_at", "id"], unique=False)

    op.create_table(
        "joint_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=80), nullable=False),
        sa.Column("clause_key", sa.String(length=80), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("quoted_text", sa.Text(), nullable=False),
        sa.Column("quoted_at", sa.Integer(), nullable=True),
        sa.Column("stance", sa.String(length=30), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("proposal_kind", sa.String(length=30), nullable=True),
        sa.Column("proposed_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["consultation_document.id"],
            name=op.f("fk_joint_opinion_document_id_consultation_document"),
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["joint_draft.id"], name=op.f("fk_joint_opinion_draft_id_joint_draft")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"],
            ["user_account.id"],
            name=op.f("fk_joint_opinion_written_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_opinion")),
        sa.UniqueConstraint(
            "draft_id", "submission_key", name=op.f("uq_joint_opinion_draft_id_submission_key")
        ),
    )
    with op.batch_alter_table("joint_opinion", schema=None) as batch_op:
        batch_op.create_index("ix_joint_opinion_written_by_id", ["written_by_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "released_at IS NULL OR comment_id IS NOT NULL",
            name=op.f("ck_attachment_released_with_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_attachment_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_attachment_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("ref", name=op.f("uq_attachment_ref")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_comment_id_position", ["comment_id", "position"], unique=False
        )
        batch_op.create_index("ix_attachment_uploaded_at", ["uploaded_at"], unique=False)

    op.create_table(
        "comment_support",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("contact_digest", sa.String(length=64), nullable=True),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR supported_at IS NOT NULL",
            name=op.f("ck_comment_support_withdrawn_after"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["user_account.id"],
            name=op.f("fk_comment_support_account_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_support_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_support")),
        sa.UniqueConstraint(
            "comment_id", "account_id", name=op.f("uq_comment_support_comment_id_account_id")
        ),
        sa.UniqueConstraint(
            "comment_id",
            "contact_digest",
            name=op.f("uq_comment_support_comment_id_contact_digest"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_comment_support_token_hash")),
    )
    with op.batch_alter_table("comment_support", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comment_support_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_comment_support_asked_at"), ["asked_at"], unique=False)

    op.create_table(
        "comment_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(length=30), nullable=False),
        sa.Column("respondent_kind", sa.String(length=30), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("proposal_kind", sa.String(length=30), nullable=True),
        sa.Column("proposed_text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_version_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_version")),
        sa.UniqueConstraint(
            "comment_id", "version", name=op.f("uq_comment_version_comment_id_version")
        ),
    )
    op.create_table(
        "contact_confirmation",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_contact_confirmation_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_contact_confirmation")),
    )
    with op.batch_alter_table("contact_confirmation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_confirmation_comment_id"), ["comment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_confirmation_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "inquiry_earlier_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["inquiry.id"],
            name=op.f("fk_inquiry_earlier_answer_inquiry_id_inquiry"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"],
            ["user_account.id"],
            name=op.f("fk_inquiry_earlier_answer_replaced_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_earlier_answer")),
    )
    with op.batch_alter_table("inquiry_earlier_answer", schema=None) as batch_op:
        batch_op.create_index("ix_inquiry_earlier_answer_inquiry_id", ["inquiry_id"], unique=False)

    op.create_table(
        "inquiry_referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=30), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("referred_by_id", sa.Integer(), nullable=True),
        sa.Column("object_by_on", sa.Date(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "returned_at IS NULL OR return_note <> ''", name=op.f("ck_inquiry_referral_returned")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_inquiry_referral_inquiry_id_inquiry")
        ),
        sa.ForeignKeyConstraint(
            ["referred_by_id"],
            ["user_account.id"],
            name=op.f("fk_inquiry_referral_referred_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_referral")),
    )
    with op.batch_alter_table("inquiry_referral", schema=None) as batch_op:
        batch_op.create_index("ix_inquiry_referral_inquiry_id", ["inquiry_id"], unique=False)

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("quoted_text", sa.String(length=500), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("quoted_at", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("proposal_kind", sa.String(length=30), nullable=True))
        batch_op.add_column(sa.Column("contact_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("standing", sa.String(length=30), nullable=False, server_default="unnamed")
        )
        batch_op.add_column(
            sa.Column("contact_confirmed_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(
            sa.Column("is_mail_wanted", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("sending_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("supporters", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.create_index(
            "ix_comment_contact", ["contact_digest", "received_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_comment_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_sending_id"), ["sending_id"], unique=False)
        batch_op.create_index(
            "ix_comment_withheld",
            ["consultation_id", "moderated_at", "id"],
            unique=False,
            sqlite_where=sa.text("visibility = 'withheld'"),
            postgresql_where=sa.text("visibility = 'withheld'"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_comment_sending_id_sending"), "sending", ["sending_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_comment_document_id_consultation_document"),
            "consultation_document",
            ["document_id"],
            ["id"],
        )

    with op.batch_alter_table("comment_series", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("supported", sa.Integer(), nullable=False, server_default="0")
        )

    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("affects", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("plain_summary", sa.Text(), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("decision_due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("decided_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=30), nullable=True))
        batch_op.add_column(
            sa.Column("identity", sa.String(length=30), nullable=False, server_default="optional")
        )

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email_sealed", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("email_digest", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_user_account_email_digest"), ["email_digest"]
        )
    # SQLite has an index of its own kind beside the table; PostgreSQL's is on the table itself.
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH:
            op.execute(statement)
    else:
        op.create_index(
            "ix_search_entry_words",
            "search_entry",
            ["words"],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )

    # The defaults were for the rows that were there; the program gives the values itself.
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.alter_column(
            "quoted_text", existing_type=sa.String(length=500), server_default=None
        )
        batch_op.alter_column("standing", existing_type=sa.String(length=30), server_default=None)
        batch_op.alter_column("is_mail_wanted", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("supporters", existing_type=sa.Integer(), server_default=None)
        batch_op.create_check_constraint(
            op.f("ck_comment_quoted"), "(quoted_at IS NULL) = (quoted_text = '')"
        )
    with op.batch_alter_table("comment_series", schema=None) as batch_op:
        batch_op.alter_column("supported", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.alter_column("affects", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("plain_summary", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("identity", existing_type=sa.String(length=30), server_default=None)

    op.execute(
        "UPDATE comment SET standing = CASE"
        " WHEN account_id IS NOT NULL AND channel = 'account' THEN 'account'"
        " WHEN channel NOT IN ('web', 'account', 'api') THEN 'entered'"
        " WHEN contact_sealed IS NOT NULL THEN 'unconfirmed' ELSE 'unnamed' END"
    )
    op.execute(
        "INSERT INTO comment_tally (consultation_id, dimension, value, count)"
        " SELECT consultation_id, 'standing', standing, count(*) FROM comment"
        " GROUP BY consultation_id, standing"
    )


def downgrade() -> None:  # noqa: PLR0915 - one table after the other
    op.execute("DELETE FROM comment_tally WHERE dimension = 'standing'")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_comment_quoted"), type_="check")
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH_DROPS:
            op.execute(statement)

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_user_account_email_digest"), type_="unique")
        batch_op.drop_column("email_digest")
        batch_op.drop_column("email_sealed")

    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_column("identity")
        batch_op.drop_column("outcome")
        batch_op.drop_column("decided_on")
        batch_op.drop_column("decision_due_on")
        batch_op.drop_column("plain_summary")
        batch_op.drop_column("affects")

    with op.batch_alter_table("comment_series", schema=None) as batch_op:
        batch_op.drop_column("supported")

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_comment_document_id_consultation_document"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_comment_sending_id_sending"), type_="foreignkey")
        batch_op.drop_index(
            "ix_comment_withheld",
            sqlite_where=sa.text("visibility = 'withheld'"),
            postgresql_where=sa.text("visibility = 'withheld'"),
        )
        batch_op.drop_index(batch_op.f("ix_comment_sending_id"))
        batch_op.drop_index(batch_op.f("ix_comment_document_id"))
        batch_op.drop_index("ix_comment_contact")
        batch_op.drop_column("supporters")
        batch_op.drop_column("corrected_at")
        batch_op.drop_column("sending_id")
        batch_op.drop_column("is_mail_wanted")
        batch_op.drop_column("contact_confirmed_at")
        batch_op.drop_column("standing")
        batch_op.drop_column("contact_digest")
        batch_op.drop_column("proposal_kind")
        batch_op.drop_column("quoted_at")
        batch_op.drop_column("quoted_text")
        batch_op.drop_column("document_id")

    with op.batch_alter_table("inquiry_referral", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiry_referral_inquiry_id")

    op.drop_table("inquiry_referral")
    with op.batch_alter_table("inquiry_earlier_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiry_earlier_answer_inquiry_id")

    op.drop_table("inquiry_earlier_answer")
    with op.batch_alter_table("contact_confirmation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_confirmation_created_at"))
        batch_op.drop_index(batch_op.f("ix_contact_confirmation_comment_id"))

    op.drop_table("contact_confirmation")
    op.drop_table("comment_version")
    with op.batch_alter_table("comment_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_support_asked_at"))
        batch_op.drop_index(batch_op.f("ix_comment_support_account_id"))

    op.drop_table("comment_support")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_uploaded_at")
        batch_op.drop_index("ix_attachment_comment_id_position")

    op.drop_table("attachment")
    with op.batch_alter_table("joint_opinion", schema=None) as batch_op:
        batch_op.drop_index("ix_joint_opinion_written_by_id")

    op.drop_table("joint_opinion")
    with op.batch_alter_table("inquiry", schema=None) as batch_op:
        batch_op.drop_index("ix_inquiry_queue")
        batch_op.drop_index("ix_inquiry_published")
        batch_op.drop_index("ix_inquiry_public")
        batch_op.drop_index(batch_op.f("ix_inquiry_mail_digest"))
        batch_op.drop_index("ix_inquiry_clause_public")
        batch_op.drop_index("ix_inquiry_account")

    op.drop_table("inquiry")
    with op.batch_alter_table("text_in_force", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_in_force_document_id"))

    op.drop_table("text_in_force")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_told_at_id")
        batch_op.drop_index(batch_op.f("ix_notice_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_notice_happening_id"))
        batch_op.drop_index("ix_notice_follower_id_told_at")

    op.drop_table("notice")
    with op.batch_alter_table("joint_draft", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_joint_draft_unsent",
            sqlite_where=sa.text("sending_id IS NULL"),
            postgresql_where=sa.text("sending_id IS NULL"),
        )
        batch_op.drop_index("ix_joint_draft_organisation_id")
        batch_op.drop_index("ix_joint_draft_consultation_id")

    op.drop_table("joint_draft")
    op.drop_table("sending")
    op.drop_table("search_entry")
    with op.batch_alter_table("interpretation", schema=None) as batch_op:
        batch_op.drop_index("ix_interpretation_consultation_id_position")

    op.drop_table("interpretation")
    op.drop_table("inquiry_series")
    with op.batch_alter_table("happening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_happening_consultation_id"))
        batch_op.drop_index(batch_op.f("ix_happening_at"))

    op.drop_table("happening")
    op.drop_table("decision")
    with op.batch_alter_table("consultation_tag", schema=None) as batch_op:
        batch_op.drop_index("ix_consultation_tag_kind_value")

    op.drop_table("consultation_tag")
    with op.batch_alter_table("consultation_document", schema=None) as batch_op:
        batch_op.drop_index("ix_consultation_document_consultation_id_position")

    op.drop_table("consultation_document")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))

    op.drop_table("user_session")
    with op.batch_alter_table("organisation_membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_organisation_membership_lead",
            sqlite_where=sa.text("part = 'lead'"),
            postgresql_where=sa.text("part = 'lead'"),
        )
        batch_op.drop_index(batch_op.f("ix_organisation_membership_user_id"))

    op.drop_table("organisation_membership")
    with op.batch_alter_table("organisation_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_invitation_organisation_id"))
        batch_op.drop_index("ix_organisation_invitation_invited_by_id")
        batch_op.drop_index(batch_op.f("ix_organisation_invitation_email_digest"))
        batch_op.drop_index("ix_organisation_invitation_created_at")

    op.drop_table("organisation_invitation")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_user_id"))

    op.drop_table("identity")
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_link_user_id"))
        batch_op.drop_index(batch_op.f("ix_account_link_email_digest"))
        batch_op.drop_index("ix_account_link_created_at")

    op.drop_table("account_link")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_subscription_subject_follower_id")

    op.drop_table("subscription")
    op.drop_table("search_miss_day")
    op.drop_table("search_miss_asker")
    with op.batch_alter_table("spent_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_spent_challenge_expires_at"))

    op.drop_table("spent_challenge")
    with op.batch_alter_table("search_miss", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_miss_last_on"))

    op.drop_table("search_miss")
    op.drop_table("organisation")
    op.drop_table("follower")
    with op.batch_alter_table("follow_request", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_request_digest_created_at")
        batch_op.drop_index(batch_op.f("ix_follow_request_created_at"))

    op.drop_table("follow_request")
