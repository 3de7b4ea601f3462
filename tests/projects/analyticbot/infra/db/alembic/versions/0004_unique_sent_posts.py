"""A message is sent to a channel once

Revision ID: 0004_unique_sent_posts
Revises: 0003_add_indexes
Create Date: 2025-08-14 16:20:33+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "0004_unique_sent_posts"
down_revision: str | None = "0003_add_indexes"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_unique_constraint(
        "uq_sent_posts_post_channel_message", "sent_posts", ["scheduled_post_id", "channel_id", "message_id"]
    )


def downgrade() -> None:
    op.drop_constraint("uq_sent_posts_post_channel_message", "sent_posts", type_="unique")
