"""Search e-mail addresses without a column of their own."""

from alembic import op

revision = "0002_no_email_lower"
down_revision = "0001_users"


def upgrade() -> None:
    # Dropped by a later revision, once nobody will roll back past this one.
    op.alter_column("users", "email_lower", new_column_name="email_lower_unused")


def downgrade() -> None:
    op.alter_column("users", "email_lower_unused", new_column_name="email_lower")
