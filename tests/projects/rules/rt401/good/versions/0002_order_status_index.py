"""Find orders by their status."""

from alembic import op

revision = "0002_order_status_index"
down_revision = "0001_orders"


def upgrade() -> None:
    op.create_index("ix_orders_status", "orders", ["status"])


def downgrade() -> None:
    op.drop_index("ix_orders_status", "orders")
