"""box"""

from alembic import op

revision = "2025_02_28_120000_create_the_table_of_boxes"
down_revision = "2025_01_31_120000_create_the_table_of_shelves"


def upgrade():
    op.execute("CREATE TABLE box (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE box")
