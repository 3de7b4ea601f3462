"""An order is open at first."""

from alembic import op

revision = "0003_open"
down_revision = "0001_orders"
depends_on = "0002_new"


def upgrade() -> None:
    op.alter_column("orders", "state", server_default="open")


def downgrade() -> None:
    op.alter_column("orders", "state", server_default="new")
