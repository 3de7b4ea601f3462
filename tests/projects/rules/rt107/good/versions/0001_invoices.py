"""Invoices, numbered by a serial."""

import sqlalchemy as sa
from alembic import op

revision = "0001_invoices"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("invoices")
