"""an extension that no server has"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE EXTENSION shop_search")


def downgrade():
    op.execute("DROP EXTENSION shop_search")
