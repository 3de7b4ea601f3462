"""Say of companies what they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_company_kind"
down_revision = "0001_companies"


def upgrade() -> None:
    kind = postgresql.ENUM("customer", "supplier", name="company_kind")
    kind.create(op.get_bind(), checkfirst=False)
    op.add_column("companies", sa.Column("kind", kind))


def downgrade() -> None:
    op.drop_column("companies", "kind")
    op.execute("DROP TYPE company_kind")
