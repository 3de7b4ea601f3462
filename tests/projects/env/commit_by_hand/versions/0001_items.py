"""an index built without a lock, after a COMMIT by hand"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE items (id integer PRIMARY KEY, name varchar(40))")
    op.execute("COMMIT")
    op.execute("CREATE INDEX CONCURRENTLY ix_items_name ON items (name)")
    op.execute("BEGIN")


def downgrade():
    op.execute("DROP TABLE items")
