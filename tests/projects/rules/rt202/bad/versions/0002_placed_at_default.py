"""Fill in when an order was placed."""

from datetime import UTC, datetime

from alembic import op

revision = "0002_placed_at_default"
down_revision = "0001_orders"


def upgrade() -> None:
    # The default becomes the moment of this deploy, for every order ever placed.
    op.alter_column("orders", "placed_at", server_default=datetime.now(UTC).isoformat())


def downgrade() -> None:
    op.alter_column("orders", "placed_at", server_default=None)
