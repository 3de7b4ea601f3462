"""Write to users in their language."""

import sqlalchemy as sa
from alembic import op

revision = "0002_language"
down_revision = "0001_users"


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(8), nullable=False, server_default="en"))


def downgrade() -> None:
    op.drop_column("users", "language")
