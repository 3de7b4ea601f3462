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
    # To give the notes up is a decision that a person takes, not one that a rollback takes for them.
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM customer_notes)")):
        raise RuntimeError("customer_notes holds rows: export them, empty the table, then downgrade")
    op.drop_table("customer_notes")
