"""Content protection: watermarks, theft detection and custom emoji

Revision ID: 0009_content_protection_system
Revises: 0008_create_superadmin_system
Create Date: 2025-09-05 09:05:52+00:00

A channel chooses how its content is protected. Watermarked files are recorded with the mark that they carry, copies
found elsewhere become theft reports, and each use of a premium function is counted for the limits of the plan.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009_content_protection_system"
down_revision: str | None = "0008_create_superadmin_system"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_settings()
    _create_watermark_templates()
    _create_protected_content()
    _create_theft_reports()
    _create_custom_emoji()
    _create_usage()
    _create_touch_trigger()


def _create_settings() -> None:
    """How each channel protects what it publishes."""
    op.create_table(
        "content_protection_settings",
        sa.Column("channel_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("watermark_enabled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("watermark_text", sa.String(100), nullable=True),
        sa.Column("watermark_position", sa.String(20), nullable=False, server_default="bottom_right"),
        sa.Column("watermark_opacity", sa.Numeric(3, 2), nullable=False, server_default="0.70"),
        sa.Column("font_size", sa.SmallInteger(), nullable=False, server_default="24"),
        sa.Column("colour", sa.String(7), nullable=False, server_default="#ffffff"),
        sa.Column("theft_detection_enabled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("forwarding_allowed", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="RESTRICT"),
        sa.CheckConstraint(
            "watermark_position IN ('top_left', 'top_right', 'bottom_left', 'bottom_right', 'center')",
            name="ck_content_protection_settings_position",
        ),
        sa.CheckConstraint(
            "watermark_opacity BETWEEN 0.10 AND 1.00",
            name="ck_content_protection_settings_opacity",
        ),
        sa.CheckConstraint("font_size BETWEEN 8 AND 96", name="ck_content_protection_settings_font_size"),
    )


def _create_watermark_templates() -> None:
    """Marks that a user keeps for later: a text, a picture or both."""
    op.create_table(
        "watermark_templates",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("text", sa.String(100), nullable=True),
        sa.Column("image", postgresql.BYTEA(), nullable=True),
        sa.Column("margins", postgresql.INT4RANGE(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("user_id", "name", name="uq_watermark_templates_user_name"),
        sa.CheckConstraint(
            "num_nonnulls(text, image) >= 1",
            name="ck_watermark_templates_content",
        ),
    )


def _create_protected_content() -> None:
    """Each protected file, with the fingerprint that copies are recognised by."""
    op.create_table(
        "protected_content",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.String(20), nullable=False),
        sa.Column("original_file_id", sa.String(255), nullable=False),
        sa.Column("protected_file_id", sa.String(255), nullable=True),
        sa.Column("fingerprint", postgresql.BYTEA(), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        sa.Column("options", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'::jsonb")),
        sa.Column("processing_ms", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="RESTRICT"),
        sa.CheckConstraint(
            "content_type IN ('text', 'image', 'video', 'document')",
            name="ck_protected_content_content_type",
        ),
        sa.CheckConstraint("file_size >= 0", name="ck_protected_content_file_size"),
    )
    op.create_index("ix_protected_content_user_id", "protected_content", ["user_id", "created_at"])
    op.create_index("ix_protected_content_channel_id", "protected_content", ["channel_id"])
    # The fingerprint of a lengthy video may be too long for an index entry.
    op.create_index("ix_protected_content_fingerprint", "protected_content", [sa.text("md5(fingerprint)")])


def _create_theft_reports() -> None:
    """Copies found in other chats, and what an operator decided about them."""
    op.create_table(
        "content_theft_reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("protected_content_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("found_in_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("found_in_message_id", sa.BigInteger(), nullable=True),
        sa.Column("similarity", sa.Numeric(5, 4), nullable=False),
        sa.Column("status", sa.String(20), nullable=False, server_default="open"),
        sa.Column("evidence", postgresql.JSONB(), nullable=True),
        sa.Column("reviewed_by", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(["protected_content_id"], ["protected_content.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["superadmin_users.id"], ondelete="SET NULL"),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", name="ck_content_theft_reports_similarity"),
        sa.CheckConstraint(
            "status IN ('open', 'confirmed', 'dismissed')",
            name="ck_content_theft_reports_status",
        ),
    )
    op.create_index(
        "ix_content_theft_reports_open",
        "content_theft_reports",
        ["detected_at"],
        postgresql_where=sa.text("status = 'open'"),
    )


def _create_custom_emoji() -> None:
    """Premium emoji of a channel, each with what readers without premium see."""
    op.create_table(
        "custom_emoji",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("emoji_id", sa.String(64), nullable=False),
        sa.Column("fallback", sa.String(8), nullable=False),
        sa.Column("usage_count", sa.BigInteger(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("channel_id", "emoji_id", name="uq_custom_emoji_channel_emoji"),
    )


def _create_usage() -> None:
    """Uses a month, counted against the limits of the plan."""
    op.create_table(
        "premium_feature_usage",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("feature", sa.String(50), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("bytes_processed", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("user_id", "feature", "month"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="RESTRICT"),
        sa.CheckConstraint("uses >= 0 AND bytes_processed >= 0", name="ck_premium_feature_usage_counts"),
    )
    op.create_index("ix_premium_feature_usage_month", "premium_feature_usage", ["month"])
    op.create_index(
        "ix_premium_feature_usage_heavy",
        "premium_feature_usage",
        ["feature", "bytes_processed"],
        postgresql_where=sa.text("bytes_processed > 1073741824"),
    )


def _create_touch_trigger() -> None:
    """Keep ``updated_at`` of the settings true whoever writes them."""
    op.execute(
        """
        CREATE FUNCTION touch_content_protection_settings() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER content_protection_settings_touch
        BEFORE UPDATE ON content_protection_settings
        FOR EACH ROW EXECUTE FUNCTION touch_content_protection_settings()
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER content_protection_settings_touch ON content_protection_settings")
    op.execute("DROP FUNCTION touch_content_protection_settings()")
    op.drop_table("premium_feature_usage")
    op.drop_table("custom_emoji")
    op.drop_table("content_theft_reports")
    op.drop_table("protected_content")
    op.drop_table("watermark_templates")
    op.drop_table("content_protection_settings")
