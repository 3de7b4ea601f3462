"""shelf"""

from alembic import op

revision = "2025_01_31_120000_create_the_table_of_shelves"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE shelf (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE shelf")
