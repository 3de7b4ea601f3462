"""An order is new at first."""

from alembic import op

revision = "0002_new"
down_revision = "0001_orders"


def upgrade() -> None:
    op.alter_column("orders", "state", server_default="new")


def downgrade() -> None:
    op.alter_column("orders", "state", server_default=None)
