"""Know the city of a customer."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("customers", sa.Column("city", sa.String(100)))


def downgrade() -> None:
    op.drop_column("customers", "city")
