"""Customers, and what they have paid."""

import sqlalchemy as sa
from alembic import op

revision = "0001_customers"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(255), nullable=False),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="payments_customer_id_fkey"),
    )


def downgrade() -> None:
    op.drop_table("payments")
    op.drop_table("customers")
