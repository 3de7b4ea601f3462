"""Allow longer names."""

import sqlalchemy as sa
from alembic import op

revision = "0002_longer_names"
down_revision = "0001_users"


def upgrade() -> None:
    op.alter_column("users", "name", existing_type=sa.String(50), type_=sa.String(200))


def downgrade() -> None:
    op.alter_column(
        "users", "name",
        existing_type=sa.String(200), type_=sa.String(50), postgresql_using="left(name, 50)",
    )
