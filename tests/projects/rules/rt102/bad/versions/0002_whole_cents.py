"""Bill whole cents."""

import sqlalchemy as sa
from alembic import op

revision = "0002_whole_cents"
down_revision = "0001_invoices"


def upgrade() -> None:
    op.alter_column(
        "invoices", "amount",
        existing_type=sa.Numeric(12, 4), type_=sa.Numeric(10, 2), postgresql_using="trunc(amount, 2)",
    )


def downgrade() -> None:
    # Gives the column its four decimals back, but not the digits that were in them.
    op.alter_column("invoices", "amount", existing_type=sa.Numeric(10, 2), type_=sa.Numeric(12, 4))
