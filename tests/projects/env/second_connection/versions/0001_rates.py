"""rates, with a first row"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE rates (code varchar(20) PRIMARY KEY, rate numeric(10, 4))")


def downgrade():
    op.execute("DROP TABLE rates")
