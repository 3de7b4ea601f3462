"""accounts, which another package made, get a status"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.add_column("accounts", sa.Column("status", sa.String(10), server_default="open"))


def downgrade():
    op.drop_column("accounts", "status")
