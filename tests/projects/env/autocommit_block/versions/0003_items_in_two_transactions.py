"""work before and after the block, each in a transaction of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("items", sa.Column("price", sa.Numeric(10, 2)))
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY ix_items_price ON items (price)")
    op.execute("COMMENT ON COLUMN items.price IS 'in euro'")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY ix_items_price")
    op.drop_column("items", "price")
