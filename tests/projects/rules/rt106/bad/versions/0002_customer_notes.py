"""Keep notes about customers."""

import sqlalchemy as sa
from alembic import op

revision = "0002_customer_notes"
down_revision = "0001_customers"


def upgrade() -> None:
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("customer_notes")
