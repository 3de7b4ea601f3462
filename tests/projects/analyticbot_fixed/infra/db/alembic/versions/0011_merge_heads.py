"""Merge the analytics branch with the indexes

Revision ID: 0011_merge_heads
Revises: 0010_analytics_fusion, performance_critical_indexes
Create Date: 2025-09-18 08:00:00+00:00
"""

from __future__ import annotations

revision: str = "0011_merge_heads"
down_revision: tuple[str, ...] = ("0010_analytics_fusion", "performance_critical_indexes")
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Join the two branches; nothing to change."""


def downgrade() -> None:
    """Part them again; nothing to change."""
