"""lid"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.execute("CREATE TABLE lid (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE lid")
