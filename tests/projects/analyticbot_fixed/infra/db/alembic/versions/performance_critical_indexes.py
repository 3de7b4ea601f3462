"""Indexes that the dashboard cannot do without

Revision ID: performance_critical_indexes
Revises: d354a5682629
Create Date: 2025-09-15 10:10:10+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "performance_critical_indexes"
down_revision: str | None = "d354a5682629"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        "ix_deliveries_channel_queued_at", "deliveries", ["channel_id", sa.text("queued_at DESC")]
    )
    op.create_index(
        "ix_subscriptions_active",
        "subscriptions",
        ["user_id", "current_period_end"],
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_index("ix_channel_daily_metric_day", "channel_daily", ["metric", "day"])


def downgrade() -> None:
    op.drop_index("ix_channel_daily_metric_day", table_name="channel_daily")
    op.drop_index("ix_subscriptions_active", table_name="subscriptions")
    op.drop_index("ix_deliveries_channel_queued_at", table_name="deliveries")
