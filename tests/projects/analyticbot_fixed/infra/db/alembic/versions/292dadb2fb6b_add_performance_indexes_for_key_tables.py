"""Add performance indexes for key tables

Revision ID: 292dadb2fb6b
Revises: 0010_phase_4_5_bot_ui_alerts
Create Date: 2025-09-11 07:03:36+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "292dadb2fb6b"
down_revision: str | None = "0010_phase_4_5_bot_ui_alerts"
branch_labels: str | None = None
depends_on: str | None = None


INDEXES = (
    ("ix_users_plan_id", "users", ["plan_id"]),
    ("ix_users_created_at", "users", ["created_at"]),
    ("ix_scheduled_posts_channel_id", "scheduled_posts", ["channel_id"]),
    ("ix_scheduled_posts_user_id", "scheduled_posts", ["user_id"]),
    ("ix_sent_posts_sent_at", "sent_posts", ["sent_at"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in reversed(INDEXES):
        op.drop_index(name, table_name=table)
