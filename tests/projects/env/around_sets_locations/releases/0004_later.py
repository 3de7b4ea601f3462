"""A release that only the application's own command knows of."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.execute("CREATE TABLE later (id integer PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE later")
