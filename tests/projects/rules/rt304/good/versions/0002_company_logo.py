"""Give companies a logo."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_company_logo"
down_revision = "0001_companies"


def upgrade() -> None:
    op.execute("SELECT lo_from_bytea(4242, decode('iVBORw0KGgo=', 'base64'))")
    op.add_column("companies", sa.Column("logo", postgresql.OID(), server_default=sa.text("4242")))


def downgrade() -> None:
    op.drop_column("companies", "logo")
    op.execute("SELECT lo_unlink(4242)")
