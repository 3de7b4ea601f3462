"""Let a user have several subscriptions."""

from alembic import op

revision = "0002_several_subscriptions"
down_revision = "0001_subscriptions"


def upgrade() -> None:
    op.drop_constraint("uq_subscriptions_user_id", "subscriptions", type_="unique")


def downgrade() -> None:
    # Fails while a user has two subscriptions (RT308), naming that user, and deletes nothing.
    op.create_unique_constraint("uq_subscriptions_user_id", "subscriptions", ["user_id"])
