"""A message is recorded for a channel once

Revision ID: 0004_unique_sent_posts
Revises: 0003_add_indexes
Create Date: 2025-08-14 16:20:33+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0004_unique_sent_posts"
down_revision: str | None = "0003_add_indexes"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    # Messages that were recorded twice before this rule are kept, and numbered.
    op.add_column("sent_posts", sa.Column("record_no", sa.Integer(), nullable=False, server_default="1"))
    op.execute(
        """
        UPDATE sent_posts SET record_no = numbered.record_no
        FROM (
            SELECT id, row_number() OVER (PARTITION BY scheduled_post_id, channel_id, message_id ORDER BY id) AS record_no
            FROM sent_posts
        ) AS numbered
        WHERE sent_posts.id = numbered.id AND numbered.record_no > 1
        """
    )
    op.create_unique_constraint(
        "uq_sent_posts_post_channel_message",
        "sent_posts",
        ["scheduled_post_id", "channel_id", "message_id", "record_no"],
    )


def downgrade() -> None:
    op.drop_constraint("uq_sent_posts_post_channel_message", "sent_posts", type_="unique")
    op.drop_column("sent_posts", "record_no")
