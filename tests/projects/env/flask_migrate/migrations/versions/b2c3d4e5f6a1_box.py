"""box"""

from alembic import op

revision = "b2c3d4e5f6a1"
down_revision = "a1b2c3d4e5f6"


def upgrade():
    op.execute("CREATE TABLE box (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE box")
