"""Users have a phone number."""

import sqlalchemy as sa
from alembic import op

revision = "0002_phone"
down_revision = "0001_users"


def upgrade() -> None:
    # The model says String(32).
    op.add_column("users", sa.Column("phone", sa.String(20)))


def downgrade() -> None:
    op.drop_column("users", "phone")
