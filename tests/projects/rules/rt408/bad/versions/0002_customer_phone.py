"""Call customers."""

import sqlalchemy as sa
from alembic import op

revision = "0002_phone"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(32)))


def downgrade() -> None:
    op.drop_column("customers", "phone")
