"""More about customers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(32)))
    op.add_column("customers", sa.Column("city", sa.String(64)))
    op.add_column("customers", sa.Column("country", sa.String(2)))
    op.create_index("ix_customers_city", "customers", ["city"])


def downgrade() -> None:
    op.drop_index("ix_customers_city", "customers")
    op.drop_column("customers", "country")
    op.drop_column("customers", "city")
    op.drop_column("customers", "phone")
