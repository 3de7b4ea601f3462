"""depends on one branch of core"""

from alembic import op

revision = "extra_2"
down_revision = "extra_1"
depends_on = ("core_3a",)


def upgrade():
    op.execute("CREATE TABLE extra_2 (id integer PRIMARY KEY REFERENCES core_3a)")


def downgrade():
    op.execute("DROP TABLE extra_2")
