"""Accept users who give no phone number."""

import sqlalchemy as sa
from alembic import op

revision = "0002_phone_optional"
down_revision = "0001_users"


def upgrade() -> None:
    op.alter_column("users", "phone", existing_type=sa.String(32), nullable=True)


def downgrade() -> None:
    op.alter_column("users", "phone", existing_type=sa.String(32), nullable=False)
