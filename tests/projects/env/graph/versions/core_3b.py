"""another branch"""

from alembic import op

revision = "core_3b"
down_revision = "core_2"


def upgrade():
    op.execute("CREATE TABLE core_3b (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE core_3b")
