"""index the street of a counter"""

from alembic import op
from shop_models import counters

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_index("ix_counters_street", counters.name, ["street"])


def downgrade():
    op.drop_index("ix_counters_street", counters.name)
