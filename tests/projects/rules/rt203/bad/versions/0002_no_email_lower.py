"""Search e-mail addresses without a column of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0002_no_email_lower"
down_revision = "0001_users"


def upgrade() -> None:
    op.drop_column("users", "email_lower")


def downgrade() -> None:
    lower_case = sa.Computed("lower(email)", persisted=True)
    op.add_column("users", sa.Column("email_lower", sa.Text(), lower_case))
