"""shelf"""

from alembic import op

revision = "0001_shelf"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE shelf (id integer PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE shelf")
