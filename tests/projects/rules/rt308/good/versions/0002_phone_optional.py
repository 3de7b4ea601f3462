"""Accept users who give no phone number."""

import sqlalchemy as sa
from alembic import op

revision = "0002_phone_optional"
down_revision = "0001_users"


def upgrade() -> None:
    # A user who gives no number has phone = '' and phone_withheld: rows that the old release can read as well.
    op.add_column("users", sa.Column("phone_withheld", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("users", "phone_withheld")
