"""shelf"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE shelf")
