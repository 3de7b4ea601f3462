"""An order is open at first."""

from alembic import op

revision = "0003_open"
down_revision = "0001_orders"


def upgrade() -> None:
    # 0002_new, on another branch, gives the same column another default. Whichever comes last wins.
    op.alter_column("orders", "state", server_default="open")


def downgrade() -> None:
    op.alter_column("orders", "state", server_default="new")
