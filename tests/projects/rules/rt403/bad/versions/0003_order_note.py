"""Keep a note with an order."""

import sqlalchemy as sa
from alembic import op

revision = "0003_order_note"
down_revision = "0002_order_total"  # squashed into 0001_orders, and its file deleted


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.String(200)))


def downgrade() -> None:
    op.drop_column("orders", "note")
