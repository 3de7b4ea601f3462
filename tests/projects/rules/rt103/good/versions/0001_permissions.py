"""Permissions."""

import sqlalchemy as sa
from alembic import op

revision = "0001_permissions"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "permissions",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("description", sa.String(255)),
    )


def downgrade() -> None:
    op.drop_table("permissions")
