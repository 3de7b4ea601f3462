"""Everything that makes a table hard to fill."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

SCHEMA = Path(__file__).parent.parent / "schema.sql"


def upgrade():
    # As psql would: several statements at once, in which a colon or a percent sign means nothing.
    op.get_bind().connection.dbapi_connection.execute(SCHEMA.read_text(encoding="utf-8"))


def downgrade():
    op.execute("DROP SCHEMA shop CASCADE")
    op.execute("DROP EXTENSION btree_gist, citext, hstore, ltree")
