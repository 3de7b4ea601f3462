"""Accounts, in a schema of the application's own."""

import sqlalchemy as sa
from alembic import op

revision = "0001_accounts"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA app")
    # Lasts until the run ends: what later revisions create in the same run goes to the schema app, too.
    op.execute("SET search_path = app, public")
    op.create_table("accounts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))


def downgrade() -> None:
    op.execute("DROP SCHEMA app CASCADE")
