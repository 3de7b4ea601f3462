"""Allow invoices to be exported."""

import sqlalchemy as sa
from alembic import op

revision = "0002_export_permission"
down_revision = "0001_permissions"


def upgrade() -> None:
    op.add_column("permissions", sa.Column("is_system", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "INSERT INTO permissions (name, description, is_system) VALUES ('invoices.export', 'Export invoices', true)"
        " ON CONFLICT (name) DO NOTHING"
    )


def downgrade() -> None:
    op.drop_column("permissions", "is_system")
