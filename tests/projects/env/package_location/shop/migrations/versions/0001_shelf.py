"""the shelf, named by the application"""

from alembic import op
from shop.models import TABLES

revision = "0001"
down_revision = None


def upgrade():
    for table in TABLES:
        op.execute(f"CREATE TABLE {table} (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
