"""Index the columns that the scheduler filters by

Revision ID: 0003_add_indexes
Revises: 0002_seed_plans
Create Date: 2025-08-13 07:45:10+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "0003_add_indexes"
down_revision: str | None = "0002_seed_plans"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index("ix_channels_user_id", "channels", ["user_id"])
    op.create_index("ix_scheduled_posts_status_time", "scheduled_posts", ["status", "schedule_time"])
    op.create_index("ix_sent_posts_channel_id", "sent_posts", ["channel_id"])


def downgrade() -> None:
    op.drop_index("ix_sent_posts_channel_id", table_name="sent_posts")
    op.drop_index("ix_scheduled_posts_status_time", table_name="scheduled_posts")
    op.drop_index("ix_channels_user_id", table_name="channels")
