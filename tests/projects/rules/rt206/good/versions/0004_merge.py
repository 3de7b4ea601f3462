"""Both branches."""

revision = "0004_merge"
down_revision = ("0003_open", "0002_new")


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
