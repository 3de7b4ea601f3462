"""Accounts, in a schema of the application's own."""

import sqlalchemy as sa
from alembic import op

revision = "0001_accounts"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA app")
    columns = sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text)
    op.create_table("accounts", *columns, schema="app")


def downgrade() -> None:
    op.execute("DROP SCHEMA app CASCADE")
