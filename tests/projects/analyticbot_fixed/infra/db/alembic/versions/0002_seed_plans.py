"""Seed the three plans that the bot offers

Revision ID: 0002_seed_plans
Revises: 0001_initial_schema
Create Date: 2025-08-12 10:02:41+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002_seed_plans"
down_revision: str | None = "0001_initial_schema"
branch_labels: str | None = None
depends_on: str | None = None


PLANS = [
    {"builtin_code": "free", "name": "free", "max_channels": 1, "max_posts_per_month": 30},
    {"builtin_code": "pro", "name": "pro", "max_channels": 3, "max_posts_per_month": 200},
    {"builtin_code": "business", "name": "business", "max_channels": 10, "max_posts_per_month": 2000},
]


def upgrade() -> None:
    # The mark tells the plans inserted here from those that somebody made before under the same name.
    op.add_column("plans", sa.Column("builtin_code", sa.String(16), nullable=True))
    op.create_unique_constraint("uq_plans_builtin_code", "plans", ["builtin_code"])
    plans = sa.table("plans", *(sa.column(name) for name in PLANS[0]))
    op.execute(postgresql.insert(plans).values(PLANS).on_conflict_do_nothing(index_elements=["name"]))


def downgrade() -> None:
    # A plan that a user has is kept by its foreign key: the downgrade then stops, and nobody loses a plan.
    op.execute("DELETE FROM plans WHERE builtin_code IN ('free', 'pro', 'business')")
    op.drop_constraint("uq_plans_builtin_code", "plans", type_="unique")
    op.drop_column("plans", "builtin_code")
