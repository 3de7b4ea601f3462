"""the branches merged, with work of its own"""

from alembic import op

revision = "core_4"
down_revision = ("core_3a", "core_3b")


def upgrade():
    op.execute("CREATE VIEW joined AS SELECT a.id FROM core_3a a JOIN core_3b b USING (id)")


def downgrade():
    op.execute("DROP VIEW joined")
