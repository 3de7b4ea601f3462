"""Fill in when an order was placed."""

import sqlalchemy as sa
from alembic import op

revision = "0002_placed_at_default"
down_revision = "0001_orders"


def upgrade() -> None:
    op.alter_column("orders", "placed_at", server_default=sa.func.now())


def downgrade() -> None:
    op.alter_column("orders", "placed_at", server_default=None)
