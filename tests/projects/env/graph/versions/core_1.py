"""the root of core"""

from alembic import op

revision = "core_1"
down_revision = None
branch_labels = ("core",)


def upgrade():
    op.execute("CREATE TABLE core_1 (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE core_1")
