"""Analytics fusion: what the fused statistics read, precomputed

Revision ID: 0010_analytics_fusion
Revises: 0009_content_protection_system
Create Date: 2025-09-09 18:22:14+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0010_analytics_fusion"
down_revision: str | None = "0009_content_protection_system"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("posts", sa.Column("language", sa.String(8), nullable=True))
    op.add_column(
        "post_metrics", sa.Column("is_latest", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(
        """
        UPDATE post_metrics AS metrics SET is_latest = true
        FROM (
            SELECT channel_id, msg_id, max(snapshot_time) AS snapshot_time
            FROM post_metrics GROUP BY channel_id, msg_id
        ) AS latest
        WHERE (metrics.channel_id, metrics.msg_id, metrics.snapshot_time)
            = (latest.channel_id, latest.msg_id, latest.snapshot_time)
        """
    )
    op.create_index(
        "ix_post_metrics_latest",
        "post_metrics",
        ["channel_id", "msg_id"],
        postgresql_where=sa.text("is_latest"),
    )
    op.create_index("ix_posts_channel_date", "posts", ["channel_id", "date"])
    op.create_table(
        "channel_metric_rollups",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("posts", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("views", sa.Numeric(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("channel_id", "month"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="RESTRICT"),
    )
    op.execute(
        """
        CREATE MATERIALIZED VIEW mv_channel_overview AS
        SELECT posts.channel_id, count(DISTINCT posts.msg_id) AS posts, sum(post_metrics.views) AS views
        FROM posts LEFT JOIN post_metrics USING (channel_id, msg_id)
        GROUP BY posts.channel_id
        """
    )
    op.create_index("ux_mv_channel_overview_channel_id", "mv_channel_overview", ["channel_id"], unique=True)


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW mv_channel_overview")
    op.drop_table("channel_metric_rollups")
    op.drop_index("ix_posts_channel_date", table_name="posts")
    op.drop_index("ix_post_metrics_latest", table_name="post_metrics")
    op.drop_column("post_metrics", "is_latest")
    op.drop_column("posts", "language")
