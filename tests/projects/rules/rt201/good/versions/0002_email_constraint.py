"""Make the unique index on e-mail addresses a constraint."""

from alembic import op

revision = "0002_email_constraint"
down_revision = "0001_users"


def upgrade() -> None:
    op.drop_index("ix_users_email", "users")
    op.create_unique_constraint("uq_users_email", "users", ["email"])


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_index("ix_users_email", "users", ["email"], unique=True)
