"""offers that do not overlap"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.execute("CREATE TABLE offers (good_id int REFERENCES goods, lasts daterange, "
               "EXCLUDE USING gist (good_id WITH =, lasts WITH &&))")


def downgrade():
    op.execute("DROP TABLE offers")
