"""Users may be called otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0002_nickname"
down_revision = "0001_users"


def upgrade() -> None:
    # As it was recorded; a revision after this one makes it longer.
    op.add_column("users", sa.Column("nickname", sa.String(50)))


def downgrade() -> None:
    op.drop_column("users", "nickname")
