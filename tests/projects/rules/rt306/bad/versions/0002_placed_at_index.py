"""Find orders by when they were placed."""

from alembic import op

revision = "0002_placed_at_index"
down_revision = "0001_orders"


def upgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])


def downgrade() -> None:
    pass
