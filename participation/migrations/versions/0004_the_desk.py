"""The desk: imports, near-duplicates, reminders, kept answers, statements that became opinions

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the desk works with."""
    op.create_table(
        "campaign_search",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("seen_changes", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("too_short", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_campaign_search_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_campaign_search")),
    )
    op.create_table(
        "comment_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("rows_key", sa.String(length=64), nullable=True),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column(
            "other_sheets", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("header_row", sa.Integer(), nullable=False),
        sa.Column(
            "mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "defaults", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("ready", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("run_by_id", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('done', 'dropped')) = (rows_key IS NULL)",
            name=op.f("ck_comment_import_rows_kept"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_comment_import_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["run_by_id"],
            ["user_account.id"],
            name=op.f("fk_comment_import_run_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["user_account.id"],
            name=op.f("fk_comment_import_uploaded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_import")),
        sa.UniqueConstraint("ref", name=op.f("uq_comment_import_ref")),
    )
    with op.batch_alter_table("comment_import", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_import_consultation_id_id", ["consultation_id", "id"], unique=False
        )

    op.create_table(
        "duty_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_duty_reminder_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_reminder")),
        sa.UniqueConstraint(
            "consultation_id",
            "kind",
            "due_on",
            "step",
            name=op.f("uq_duty_reminder_consultation_id_kind_due_on_step"),
        ),
    )
    op.create_table(
        "comment_import_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("sentence", sa.String(length=200), nullable=False),
        sa.Column(
            "params", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["comment_import.id"],
            name=op.f("fk_comment_import_note_import_id_comment_import"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_import_note")),
    )
    with op.batch_alter_table("comment_import_note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_import_note_import_id_kind_id", ["import_id", "kind", "id"], unique=False
        )

    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column(
            "own_spans", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("senders", sa.Integer(), nullable=False),
        sa.Column("with_own", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_campaign_confirmed")
        ),
        sa.CheckConstraint("members >= 0 AND senders <= members", name=op.f("ck_campaign_counted")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["user_account.id"],
            name=op.f("fk_campaign_confirmed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_campaign_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["comment.id"], name=op.f("fk_campaign_leader_id_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint(
            "consultation_id", "number", name=op.f("uq_campaign_consultation_id_number")
        ),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(
            "ix_campaign_members", ["consultation_id", "members", "id"], unique=False
        )

    op.create_table(
        "comment_import_row",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_comment_import_row_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_comment_import_row_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["comment_import.id"],
            name=op.f("fk_comment_import_row_import_id_comment_import"),
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_import_row")),
    )
    with op.batch_alter_table("comment_import_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comment_import_row_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(
            "ix_comment_import_row_known", ["consultation_id", "digest"], unique=False
        )

    op.create_table(
        "kept_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=30), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("note <> ''", name=op.f("ck_kept_answer_with_note")),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["user_account.id"], name=op.f("fk_kept_answer_kept_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["opinion_point.id"], name=op.f("fk_kept_answer_point_id_opinion_point")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint(
            "point_id",
            "finding",
            "decided_at",
            name=op.f("uq_kept_answer_point_id_finding_decided_at"),
        ),
    )
    op.create_table(
        "meeting_statement_opinion",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("statement_digest", sa.String(length=64), nullable=False),
        sa.Column("speaker", sa.String(length=60), nullable=False),
        sa.Column("page", sa.String(length=20), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_meeting_statement_opinion_comment_id_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_meeting_statement_opinion_meeting_id_meeting"),
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_meeting_statement_opinion")),
        sa.UniqueConstraint(
            "statement_digest", name=op.f("uq_meeting_statement_opinion_statement_digest")
        ),
    )
    with op.batch_alter_table("meeting_statement_opinion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_statement_opinion_meeting_id"), ["meeting_id"], unique=False
        )

    op.create_table(
        "campaign_member",
        sa.Column("comment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("resemblance", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_out_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(taken_out_at IS NULL) = (taken_out_by_id IS NULL)",
            name=op.f("ck_campaign_member_taken_out"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_campaign_member_comment_id_comment")
        ),
        sa.ForeignKeyConstraint(
            ["taken_out_by_id"],
            ["user_account.id"],
            name=op.f("fk_campaign_member_taken_out_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_campaign_member")),
    )
    with op.batch_alter_table("campaign_member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_campaign_member_campaign_id", ["campaign_id", "comment_id"], unique=False
        )
        batch_op.create_index(
            "ix_campaign_member_own",
            ["campaign_id", "comment_id"],
            unique=False,
            sqlite_where=sa.text("added > 0"),
            postgresql_where=sa.text("added > 0"),
        )

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("said_at_place", sa.String(length=100), server_default="", nullable=False)
        )

    with op.batch_alter_table("meeting_statement", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("page", sa.String(length=20), server_default="", nullable=False)
        )

    with op.batch_alter_table("opinion_point", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("changed_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_opinion_point_changed_by_id_user_account"),
            "user_account",
            ["changed_by_id"],
            ["id"],
        )


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("opinion_point", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_opinion_point_changed_by_id_user_account"), type_="foreignkey"
        )
        batch_op.drop_column("changed_by_id")
        batch_op.drop_column("version")

    with op.batch_alter_table("meeting_statement", schema=None) as batch_op:
        batch_op.drop_column("page")

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_column("said_at_place")

    with op.batch_alter_table("campaign_member", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_campaign_member_own",
            sqlite_where=sa.text("added > 0"),
            postgresql_where=sa.text("added > 0"),
        )
        batch_op.drop_index("ix_campaign_member_campaign_id")

    op.drop_table("campaign_member")
    with op.batch_alter_table("meeting_statement_opinion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_statement_opinion_meeting_id"))

    op.drop_table("meeting_statement_opinion")
    op.drop_table("kept_answer")
    with op.batch_alter_table("comment_import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_import_row_known")
        batch_op.drop_index(batch_op.f("ix_comment_import_row_import_id"))

    op.drop_table("comment_import_row")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_members")
        batch_op.drop_index(batch_op.f("ix_campaign_leader_id"))

    op.drop_table("campaign")
    with op.batch_alter_table("comment_import_note", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_import_note_import_id_kind_id")

    op.drop_table("comment_import_note")
    op.drop_table("duty_reminder")
    with op.batch_alter_table("comment_import", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_import_consultation_id_id")

    op.drop_table("comment_import")
    op.drop_table("campaign_search")
