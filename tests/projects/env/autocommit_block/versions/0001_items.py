"""items in a state"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40)),
        sa.Column("state", sa.Enum("new", "sold", name="item_state")),
    )


def downgrade():
    op.drop_table("items")
    op.execute("DROP TYPE item_state")
