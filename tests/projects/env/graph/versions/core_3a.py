"""one branch"""

from alembic import op

revision = "core_3a"
down_revision = "core_2"


def upgrade():
    op.execute("CREATE TABLE core_3a (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE core_3a")
