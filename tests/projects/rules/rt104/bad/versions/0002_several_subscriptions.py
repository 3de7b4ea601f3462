"""Let a user have several subscriptions."""

from alembic import op

revision = "0002_several_subscriptions"
down_revision = "0001_subscriptions"


def upgrade() -> None:
    op.drop_constraint("uq_subscriptions_user_id", "subscriptions", type_="unique")


def downgrade() -> None:
    op.execute("DELETE FROM subscriptions AS s USING subscriptions AS kept"
               " WHERE s.user_id = kept.user_id AND s.id > kept.id")
    op.create_unique_constraint("uq_subscriptions_user_id", "subscriptions", ["user_id"])
