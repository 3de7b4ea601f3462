"""Require an e-mail address on every order."""

import sqlalchemy as sa
from alembic import op

revision = "0002_require_email"
down_revision = "0001_orders"


def upgrade() -> None:
    op.execute("DELETE FROM orders WHERE email IS NULL")
    op.alter_column("orders", "email", existing_type=sa.String(255), nullable=False)


def downgrade() -> None:
    op.alter_column("orders", "email", existing_type=sa.String(255), nullable=True)
