"""The record, erasure, the second factor, outages

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SENTENCE = "the audit is append-only"
AUDIT = ("audit_entry", "audit_leaf", "audit_head")


def protect_the_audit() -> None:
    """Let nobody change or remove a line of the audit."""
    if op.get_bind().dialect.name == "sqlite":
        for table in AUDIT:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
                )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    for table in AUDIT:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        )


def release_the_audit() -> None:
    """Take the triggers away again."""
    if op.get_bind().dialect.name == "sqlite":
        for table in AUDIT:
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
        return
    for table in AUDIT:
        for act in ("change", "truncate"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}")
    op.execute("DROP FUNCTION IF EXISTS audit_append_only()")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_leaf_entry_id")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.create_index("ix_erasure_at", ["at"], unique=False)

    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_planned", sa.Boolean(), nullable=False),
        sa.Column("extends", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "NOT is_planned OR until_at IS NOT NULL", name=op.f("ck_outage_planned_has_end")
        ),
        sa.CheckConstraint(
            "until_at IS NULL OR from_at < until_at", name=op.f("ck_outage_forward")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.create_index("ix_outage_until_at_from_at", ["until_at", "from_at"], unique=False)

    op.create_table(
        "read_only",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_read_only_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_only")),
    )
    op.create_table(
        "record_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_record_key")),
        sa.UniqueConstraint("public", name=op.f("uq_record_key_public")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pending_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "record_log",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.Column("surveys", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("unsigned_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_record_log_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_record_log")),
    )
    with op.batch_alter_table("record_log", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_record_log_unsigned_since"), ["unsigned_since"], unique=False
        )

    op.create_table(
        "outage_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_outage_note_answered_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_outage_note_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["window_extension.id"],
            name=op.f("fk_outage_note_extension_id_window_extension"),
        ),
        sa.ForeignKeyConstraint(
            ["outage_id"], ["outage.id"], name=op.f("fk_outage_note_outage_id_outage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_note")),
        sa.UniqueConstraint(
            "consultation_id", "outage_id", name=op.f("uq_outage_note_consultation_id_outage_id")
        ),
    )
    with op.batch_alter_table("outage_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outage_note_outage_id"), ["outage_id"], unique=False)

    op.create_table(
        "record_head",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["record_log.consultation_id"],
            name=op.f("fk_record_head_consultation_id_record_log"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "size", name=op.f("pk_record_head")),
    )
    op.create_table(
        "record_leaf",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["record_log.consultation_id"],
            name=op.f("fk_record_leaf_consultation_id_record_log"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "index", name=op.f("pk_record_leaf")),
    )
    with op.batch_alter_table("record_leaf", schema=None) as batch_op:
        batch_op.create_index(
            "ix_record_leaf_kind", ["consultation_id", "kind", "number", "index"], unique=False
        )

    op.create_table(
        "record_map",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["record_log.consultation_id"],
            name=op.f("fk_record_map_consultation_id_record_log"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "index", name=op.f("pk_record_map")),
    )
    op.create_table(
        "record_node",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["record_log.consultation_id"],
            name=op.f("fk_record_node_consultation_id_record_log"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "level", "index", name=op.f("pk_record_node")),
    )
    op.create_table(
        "record_opening",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["record_log.consultation_id"],
            name=op.f("fk_record_opening_consultation_id_record_log"),
        ),
        sa.PrimaryKeyConstraint(
            "consultation_id", "number", "field", "index", name=op.f("pk_record_opening")
        ),
    )
    op.create_table(
        "record_package",
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["record_log.consultation_id"],
            name=op.f("fk_record_package_consultation_id_record_log"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_record_package")),
    )
    op.create_table(
        "contact_reveal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_contact_reveal_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_contact_reveal_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_reveal")),
    )
    with op.batch_alter_table("contact_reveal", schema=None) as batch_op:
        batch_op.create_index("ix_contact_reveal_actor_id_at", ["actor_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_reveal_at"), ["at"], unique=False)

    op.create_table(
        "erasure_request",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (is_granted IS NULL)", name=op.f("ck_erasure_request_answered")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_erasure_request_comment_id_comment")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_erasure_request")),
    )
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_erasure_request_answered_at"), ["answered_at"], unique=False
        )

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("removal_reason", sa.String(length=30), nullable=True))
        batch_op.add_column(
            sa.Column("removal_basis", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("restriction_reason", sa.String(length=30), nullable=True))

    # The default was for the rows that were there; the program gives the value itself.
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.alter_column(
            "removal_basis", existing_type=sa.String(length=300), server_default=None
        )
        batch_op.create_check_constraint(
            op.f("ck_comment_removed"),
            "(visibility = 'removed') = (removed_at IS NOT NULL) AND (removed_at IS NULL) = "
            "(removal_reason IS NULL) AND (removed_at IS NULL OR (body = '' AND proposed_text"
            " = '' AND shown_body = '' AND shown_proposed_text = '' AND name_sealed IS NULL "
            "AND contact_sealed IS NULL AND published_at IS NULL))",
        )
        batch_op.create_check_constraint(
            op.f("ck_comment_restricted"),
            "(visibility = 'restricted') = (restricted_at IS NOT NULL) AND (restricted_at IS "
            "NULL) = (restriction_reason IS NULL) AND (restricted_at IS NULL OR published_at "
            "IS NULL)",
        )

    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE consultation SET closed_at = (SELECT bulletin.published_at FROM bulletin"
        " WHERE bulletin.consultation_id = consultation.id)"
    )

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("window_extension", schema=None) as batch_op:
        batch_op.alter_column("extended_by_id", existing_type=sa.INTEGER(), nullable=True)

    # An audit that can be changed by nobody must hold no name of a citizen.
    op.execute("UPDATE audit_entry SET actor_name = '' WHERE actor_role = 'citizen'")
    protect_the_audit()


def downgrade() -> None:
    release_the_audit()
    with op.batch_alter_table("window_extension", schema=None) as batch_op:
        batch_op.alter_column("extended_by_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_column("erased_at")

    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_column("closed_at")

    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_comment_restricted"), type_="check")
        batch_op.drop_constraint(op.f("ck_comment_removed"), type_="check")
        batch_op.drop_column("restriction_reason")
        batch_op.drop_column("restricted_at")
        batch_op.drop_column("removal_basis")
        batch_op.drop_column("removal_reason")
        batch_op.drop_column("removed_at")

    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_erasure_request_answered_at"))

    op.drop_table("erasure_request")
    with op.batch_alter_table("contact_reveal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_reveal_at"))
        batch_op.drop_index("ix_contact_reveal_actor_id_at")

    op.drop_table("contact_reveal")
    op.drop_table("record_package")
    op.drop_table("record_opening")
    op.drop_table("record_node")
    op.drop_table("record_map")
    with op.batch_alter_table("record_leaf", schema=None) as batch_op:
        batch_op.drop_index("ix_record_leaf_kind")

    op.drop_table("record_leaf")
    op.drop_table("record_head")
    with op.batch_alter_table("outage_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outage_note_outage_id"))

    op.drop_table("outage_note")
    with op.batch_alter_table("record_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_log_unsigned_since"))

    op.drop_table("record_log")
    op.drop_table("second_factor")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    op.drop_table("record_key")
    op.drop_table("read_only")
    with op.batch_alter_table("outage", schema=None) as batch_op:
        batch_op.drop_index("ix_outage_until_at_from_at")

    op.drop_table("outage")
    with op.batch_alter_table("erasure", schema=None) as batch_op:
        batch_op.drop_index("ix_erasure_at")

    op.drop_table("erasure")
    op.drop_table("audit_leaf")
    op.drop_table("audit_head")
