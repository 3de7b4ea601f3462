"""box: what it is called depends on the application that is current while the file is read"""

from alembic import op

from shop_app import current_app

revision = "0002_box"
down_revision = "0001_shelf"

TABLE = "box" if current_app.get().database_url else "no_box"


def upgrade():
    op.execute(f"CREATE TABLE {TABLE} (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute(f"DROP TABLE {TABLE}")
