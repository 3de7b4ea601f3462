"""the second table"""

from alembic import op

revision = "core_2"
down_revision = "core_1"


def upgrade():
    op.execute("CREATE TABLE core_two (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE core_two")
