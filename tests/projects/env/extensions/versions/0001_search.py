"""search by parts of a name"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    for name in ("citext", "pg_trgm", "btree_gist", "hstore", "fuzzystrmatch"):
        op.execute(f"CREATE EXTENSION {name}")
    op.execute("CREATE TABLE goods (id serial PRIMARY KEY, name citext, marks hstore)")
    op.execute("CREATE INDEX ix_goods_name ON goods USING gin ((name::text) gin_trgm_ops)")


def downgrade():
    op.execute("DROP TABLE goods")
    for name in ("fuzzystrmatch", "hstore", "btree_gist", "pg_trgm", "citext"):
        op.execute(f"DROP EXTENSION {name}")
