"""Allow longer names."""

import sqlalchemy as sa
from alembic import op

revision = "0002_longer_names"
down_revision = "0001_users"


def upgrade() -> None:
    op.alter_column("users", "name", existing_type=sa.String(50), type_=sa.String(200))


def downgrade() -> None:
    # ALTER COLUMN alone would refuse long names, but silently cut those that end in blanks.
    too_long = op.get_bind().scalar(sa.text("SELECT count(*) FROM users WHERE char_length(name) > 50"))
    if too_long:
        raise RuntimeError(f"{too_long} users have names over 50 characters: shorten them, then downgrade")
    op.alter_column("users", "name", existing_type=sa.String(200), type_=sa.String(50))
