"""Call customers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(32)))


def downgrade() -> None:
    op.drop_column("customers", "phone")
