"""Both branches."""

revision = "0003_merge"
down_revision = ("0002_open", "0002_new")


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
