"""the first table"""

from alembic import op

revision = "core_1"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE core_one (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE core_one")
