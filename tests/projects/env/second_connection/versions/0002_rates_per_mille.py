"""rates per mille, read on a connection of its own"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.get_bind().engine.connect() as reading:
        codes = reading.execute(sa.text("SELECT code FROM rates ORDER BY code")).scalars().all()
    op.execute("CREATE TABLE rate_codes (code varchar(20) PRIMARY KEY)")
    if codes:
        op.bulk_insert(sa.table("rate_codes", sa.column("code")), [{"code": code} for code in codes])


def downgrade():
    op.execute("DROP TABLE rate_codes")
