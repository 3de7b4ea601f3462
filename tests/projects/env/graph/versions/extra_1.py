"""a base of its own, which depends on core"""

from alembic import op

revision = "extra_1"
down_revision = None
branch_labels = ("extra",)
depends_on = "core_1"


def upgrade():
    op.execute("CREATE TABLE extra_1 (id integer PRIMARY KEY REFERENCES core_1)")


def downgrade():
    op.execute("DROP TABLE extra_1")
