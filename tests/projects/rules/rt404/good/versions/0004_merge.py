"""Join the two heads."""

revision = "0004_merge"
down_revision = ("0002_user_city", "0003_user_phone")


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
