"""shelf"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE shelf")
