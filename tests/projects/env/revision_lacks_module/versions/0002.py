"""box"""

import shop_that_is_not_installed
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TABLE box (id integer)")


def downgrade():
    op.execute("DROP TABLE box")
