"""Add advanced performance indexes

Revision ID: d354a5682629
Revises: 292dadb2fb6b
Create Date: 2025-09-12 14:55:08+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "d354a5682629"
down_revision: str | None = "292dadb2fb6b"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    # Built without locking out writers, which PostgreSQL allows only outside a transaction.
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_scheduled_posts_due",
            "scheduled_posts",
            ["schedule_time"],
            postgresql_where=sa.text("status = 'pending'"),
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_channels_title_lower", "channels", [sa.text("lower(title)")], postgresql_concurrently=True
        )
        op.create_index(
            "ix_payments_metadata",
            "payments",
            ["metadata"],
            postgresql_using="gin",
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_payments_metadata", table_name="payments", postgresql_concurrently=True)
        op.drop_index("ix_channels_title_lower", table_name="channels", postgresql_concurrently=True)
        op.drop_index("ix_scheduled_posts_due", table_name="scheduled_posts", postgresql_concurrently=True)
