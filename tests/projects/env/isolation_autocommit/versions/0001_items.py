"""items, with an index built without a lock: env.py commits each statement"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE items (id integer PRIMARY KEY, name varchar(40))")
    op.execute("CREATE INDEX CONCURRENTLY ix_items_name ON items (name)")


def downgrade():
    op.execute("DROP INDEX CONCURRENTLY ix_items_name")
    op.execute("DROP TABLE items")
