"""a base without ties"""

from alembic import op

revision = "lone_1"
down_revision = None
branch_labels = ("None",)


def upgrade():
    op.execute("CREATE TABLE lone_1 (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE lone_1")
