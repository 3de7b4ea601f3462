"""Require an e-mail address on every order."""

from alembic import op

revision = "0002_require_email"
down_revision = "0001_orders"


def upgrade() -> None:
    # Rows written or updated from now on must have one; the others stay as they are.
    op.execute("ALTER TABLE orders ADD CONSTRAINT ck_orders_email CHECK (email IS NOT NULL) NOT VALID")


def downgrade() -> None:
    op.drop_constraint("ck_orders_email", "orders", type_="check")
