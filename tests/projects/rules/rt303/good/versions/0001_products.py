"""Products."""

import sqlalchemy as sa
from alembic import op

revision = "0001_products"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("products")
