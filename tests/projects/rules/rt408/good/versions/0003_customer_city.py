"""Know the city of a customer."""

import sqlalchemy as sa
from alembic import op

revision = "0003_city"
down_revision = "0002_phone"


def upgrade() -> None:
    op.add_column("customers", sa.Column("city", sa.String(64)))


def downgrade() -> None:
    op.drop_column("customers", "city")
