"""two schemas, and a foreign key from one to the other"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE SCHEMA sales")
    op.execute('CREATE SCHEMA "Stock"')
    op.create_table("items", sa.Column("id", sa.Integer, primary_key=True), schema="Stock")
    op.create_table(
        "sold",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("Stock.items.id")),
        schema="sales",
    )


def downgrade():
    op.drop_table("sold", schema="sales")
    op.drop_table("items", schema="Stock")
    op.execute('DROP SCHEMA "Stock"')
    op.execute("DROP SCHEMA sales")
