"""The names of all accounts, for everybody."""

from alembic import op

revision = "0002_names"
down_revision = "0001_accounts"


def upgrade() -> None:
    op.execute("CREATE VIEW names AS SELECT name FROM app.accounts")


def downgrade() -> None:
    op.execute("DROP VIEW names")
