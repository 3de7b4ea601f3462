"""Statistics that the MTProto collector reads from Telegram

Revision ID: 0007_mtproto_stats_tables
Revises: 0006_deliveries_observability
Create Date: 2025-08-28 13:27:05+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007_mtproto_stats_tables"
down_revision: str | None = "0006_deliveries_observability"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "channel_daily",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("metric", sa.String(50), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "day", "metric"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "posts",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("msg_id", sa.BigInteger(), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("links", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("channel_id", "msg_id"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "post_metrics",
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("msg_id", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("forwards", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("replies", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reactions", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("channel_id", "msg_id", "snapshot_time"),
        sa.ForeignKeyConstraint(
            ["channel_id", "msg_id"], ["posts.channel_id", "posts.msg_id"], ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    op.drop_table("post_metrics")
    op.drop_table("posts")
    op.drop_table("channel_daily")
