"""shelf"""

from alembic import op

revision = "a1b2c3d4e5f6"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE shelf")
