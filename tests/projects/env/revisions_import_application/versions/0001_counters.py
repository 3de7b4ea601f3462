"""counters"""

from alembic import op
from shop_models import counters

revision = "0001"
down_revision = None


def upgrade():
    counters.create(op.get_bind())


def downgrade():
    counters.drop(op.get_bind())
