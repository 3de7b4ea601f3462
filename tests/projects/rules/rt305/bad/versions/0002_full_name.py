"""Keep a user's full name."""

import sqlalchemy as sa
from alembic import op

revision = "0002_full_name"
down_revision = "0001_users"


def upgrade() -> None:
    op.add_column("users", sa.Column("full_name", sa.String(201)))
    op.execute("UPDATE users SET full_name = concat_ws(' ', first_name, last_name)")


def downgrade() -> None:
    raise NotImplementedError("a full name cannot be split again")
