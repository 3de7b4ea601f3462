"""Users may be called otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0002_nickname"
down_revision = "0001_users"


def upgrade() -> None:
    # It was String(50) when it was recorded, and when production was upgraded.
    op.add_column("users", sa.Column("nickname", sa.String(80)))


def downgrade() -> None:
    op.drop_column("users", "nickname")
