"""the table of a plugin"""

from alembic import op

revision = "plugin_1"
down_revision = None
branch_labels = ("plugin",)
depends_on = "core_1"


def upgrade():
    op.execute("CREATE TABLE plugin_one (id integer PRIMARY KEY, name varchar(30))")


def downgrade():
    op.execute("DROP TABLE plugin_one")
