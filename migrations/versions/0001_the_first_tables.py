"""The first tables

Revision: 0001, the first
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", "uidvalidity", "uid", name=op.f("pk_attempt")),
    )
    op.create_table(
        "cursor",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", name=op.f("pk_cursor")),
    )
    op.create_table(
        "health",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("connected_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("error_text", sa.Text(), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses_idle", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_health")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sender_domain", sa.Text(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_mailbox_folder_uidvalidity_uid"),
            ["mailbox", "folder", "uidvalidity", "uid"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_message_mailbox_state"), ["mailbox", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_state_recorded_at"), ["state", "recorded_at"], unique=False)

    op.create_table(
        "parcel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=True),
        sa.Column("inquiry_number", sa.Text(), nullable=True),
        sa.Column("check_digit", sa.Text(), nullable=False),
        sa.Column("auth_number", sa.Text(), nullable=True),
        sa.Column("auth_source", sa.Text(), nullable=True),
        sa.Column("point_kind", sa.Text(), nullable=True),
        sa.Column("point_chain", sa.Text(), nullable=True),
        sa.Column("point_name", sa.Text(), nullable=True),
        sa.Column("pickup_code", sa.Text(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("deadline_source", sa.Text(), nullable=True),
        sa.Column("deadline_text", sa.Text(), nullable=True),
        sa.Column("safe_by", sa.Date(), nullable=True),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=True),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.Column("orders", sa.Text(), nullable=False),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_inquiry_number"), ["inquiry_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_order_number"), ["order_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_pickup_code"), ["pickup_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_parcel_status_deadline"), ["status", "deadline"], unique=False)

    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
    )
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("began", sa.Text(), nullable=True),
        sa.Column("follows", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_action_parcel_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_began"), ["began"], unique=False)
        batch_op.create_index(batch_op.f("ix_action_parcel_id"), ["parcel_id"], unique=False)

    op.create_table(
        "former_parcel",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_former_parcel_parcel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_parcel")),
    )
    with op.batch_alter_table("former_parcel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_former_parcel_parcel_id"), ["parcel_id"], unique=False)

    op.create_table(
        "message_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message_row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_row"], ["message.id"], name=op.f("fk_message_key_message_row"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "message_row", name=op.f("pk_message_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("message_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_key_message_row"), ["message_row"], unique=False)

    op.create_table(
        "notice",
        sa.Column("message_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("raw_digest", sa.Text(), nullable=False),
        sa.Column("orders", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_row"], ["message.id"], name=op.f("fk_notice_message_row"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_row", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_digest"), ["digest"], unique=False)

    op.create_table(
        "raw_message",
        sa.Column("message_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_row"], ["message.id"], name=op.f("fk_raw_message_message_row"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_row", name=op.f("pk_raw_message")),
    )
    op.create_table(
        "reading",
        sa.Column("message_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_row"], ["message.id"], name=op.f("fk_reading_message_row"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_reading_parcel_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("message_row", "position", name=op.f("pk_reading")),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_parcel_id"), ["parcel_id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("about", sa.Date(), nullable=True),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_reminder_parcel_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reminder_parcel_id_state_due_at"), ["parcel_id", "state", "due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reminder_wake_at"), ["wake_at"], unique=False)

    op.create_table(
        "action_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_key_action_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "action_id", name=op.f("pk_action_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("action_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_key_action_id"), ["action_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("reminder_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminder.id"], name=op.f("fk_delivery_reminder_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reminder_id", "channel", name=op.f("pk_delivery")),
    )


def downgrade() -> None:
    op.drop_table("delivery")
    with op.batch_alter_table("action_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_key_action_id"))

    op.drop_table("action_key")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_wake_at"))
        batch_op.drop_index(batch_op.f("ix_reminder_parcel_id_state_due_at"))

    op.drop_table("reminder")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_parcel_id"))

    op.drop_table("reading")
    op.drop_table("raw_message")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_digest"))

    op.drop_table("notice")
    with op.batch_alter_table("message_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_key_message_row"))

    op.drop_table("message_key")
    with op.batch_alter_table("former_parcel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_former_parcel_parcel_id"))

    op.drop_table("former_parcel")
    with op.batch_alter_table("action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_parcel_id"))
        batch_op.drop_index(batch_op.f("ix_action_began"))

    op.drop_table("action")
    op.drop_table("rules")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parcel_status_deadline"))
        batch_op.drop_index(batch_op.f("ix_parcel_pickup_code"))
        batch_op.drop_index(batch_op.f("ix_parcel_order_number"))
        batch_op.drop_index(batch_op.f("ix_parcel_inquiry_number"))

    op.drop_table("parcel")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_state_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_message_message_id"))
        batch_op.drop_index(batch_op.f("ix_message_mailbox_state"))
        batch_op.drop_index(batch_op.f("ix_message_mailbox_folder_uidvalidity_uid"))

    op.drop_table("message")
    op.drop_table("health")
    op.drop_table("cursor")
    op.drop_table("attempt")
