"""What not every server can: pgvector, and xml where it was built with libxml."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")):
        op.execute("CREATE EXTENSION vector SCHEMA public")
        op.execute("CREATE TABLE shop.embedded (id integer PRIMARY KEY, place public.vector(4) NOT NULL "
                   "CHECK (public.vector_norm(place) > 0))")
    try:
        with bind.begin_nested():
            bind.execute(sa.text("SELECT '<a/>'::xml"))
    except sa.exc.DBAPIError:
        return
    op.execute("CREATE TABLE shop.marked_up (id integer PRIMARY KEY, body xml NOT NULL CHECK (body IS DOCUMENT))")


def downgrade():
    op.execute("DROP TABLE IF EXISTS shop.marked_up")
    op.execute("DROP TABLE IF EXISTS shop.embedded")
    op.execute("DROP EXTENSION IF EXISTS vector")
