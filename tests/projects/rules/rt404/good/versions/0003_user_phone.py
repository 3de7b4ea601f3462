"""Call users."""

import sqlalchemy as sa
from alembic import op

revision = "0003_user_phone"
down_revision = "0001_users"  # and so says 0002_user_city


def upgrade() -> None:
    op.add_column("users", sa.Column("phone", sa.String(32)))


def downgrade() -> None:
    op.drop_column("users", "phone")
