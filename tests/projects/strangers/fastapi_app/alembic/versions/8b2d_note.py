"""orders have a note"""
from alembic import op
import sqlalchemy as sa

revision = "8b2d44"
down_revision = "3f1c7a"


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "note")
