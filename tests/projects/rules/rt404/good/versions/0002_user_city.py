"""Know the city of a user."""

import sqlalchemy as sa
from alembic import op

revision = "0002_user_city"
down_revision = "0001_users"


def upgrade() -> None:
    op.add_column("users", sa.Column("city", sa.String(100)))


def downgrade() -> None:
    op.drop_column("users", "city")
