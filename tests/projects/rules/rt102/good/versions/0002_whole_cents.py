"""Bill whole cents."""

import sqlalchemy as sa
from alembic import op

revision = "0002_whole_cents"
down_revision = "0001_invoices"


def upgrade() -> None:
    whole_cents = sa.Computed("trunc(amount, 2)", persisted=True)
    op.add_column("invoices", sa.Column("amount_due", sa.Numeric(10, 2), whole_cents))


def downgrade() -> None:
    op.drop_column("invoices", "amount_due")
