"""Phase 4.5: alerts that users set in the bot, and reports that they share

Revision ID: 0010_phase_4_5_bot_ui_alerts
Revises: 0009_content_protection_system
Create Date: 2025-09-08 12:40:00+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0010_phase_4_5_bot_ui_alerts"
down_revision: str | None = "0009_content_protection_system"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "alert_subscriptions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("window_hours", sa.Integer(), nullable=False, server_default="48"),
        sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('spike', 'quiet', 'growth')", name="ck_alert_subscriptions_kind"),
    )
    op.create_index("ix_alert_subscriptions_channel_id", "alert_subscriptions", ["channel_id"])
    op.create_table(
        "alerts_sent",
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("subscription_id", "key"),
        sa.ForeignKeyConstraint(["subscription_id"], ["alert_subscriptions.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "shared_reports",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("share_token", sa.String(64), nullable=False, unique=True),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("report_type", sa.String(50), nullable=False),
        sa.Column("period_days", sa.Integer(), nullable=False),
        sa.Column("access_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_shared_reports_expires_at", "shared_reports", ["expires_at"])


def downgrade() -> None:
    op.drop_table("shared_reports")
    op.drop_table("alerts_sent")
    op.drop_table("alert_subscriptions")
