"""names of items"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("items", sa.Column("name", sa.String(40)), schema="Stock")


def downgrade():
    op.drop_column("items", "name", schema="Stock")
