"""box"""

from alembic import op
from shop_models import BOX

revision = "0002_box"
down_revision = "0001_shelf"


def upgrade():
    op.execute(f"CREATE TABLE {BOX} (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute(f"DROP TABLE {BOX}")
