"""Orders, each in some state."""

import sqlalchemy as sa
from alembic import op

revision = "0001_orders"
down_revision = None


def upgrade() -> None:
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("state", sa.Text))


def downgrade() -> None:
    op.drop_table("orders")
