"""Seed the three plans that the bot offers

Revision ID: 0002_seed_plans
Revises: 0001_initial_schema
Create Date: 2025-08-12 10:02:41+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0002_seed_plans"
down_revision: str | None = "0001_initial_schema"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    plans = sa.table(
        "plans",
        sa.column("name", sa.String),
        sa.column("max_channels", sa.Integer),
        sa.column("max_posts_per_month", sa.Integer),
    )
    op.bulk_insert(
        plans,
        [
            {"name": "free", "max_channels": 1, "max_posts_per_month": 30},
            {"name": "pro", "max_channels": 3, "max_posts_per_month": 200},
            {"name": "business", "max_channels": 10, "max_posts_per_month": 2000},
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM plans WHERE name IN ('free', 'pro', 'business')")
