"""Keep a user's full name."""

import sqlalchemy as sa
from alembic import op

revision = "0002_full_name"
down_revision = "0001_users"


def upgrade() -> None:
    # first_name and last_name stay until no rollback needs them.
    op.add_column("users", sa.Column("full_name", sa.String(201)))
    op.execute("UPDATE users SET full_name = concat_ws(' ', first_name, last_name)")


def downgrade() -> None:
    op.drop_column("users", "full_name")
