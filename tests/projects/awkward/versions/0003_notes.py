"""A column more in tables that are hard to fill."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = ("checks_of_several", "circle_a", "by_list", "by_hash", "ancestor", "guarded", "picky", "secured", "bookings",
          "follows_from_others", "measures", "triangle_b")


def upgrade():
    for table in TABLES:
        op.execute(f"ALTER TABLE shop.{table} ADD COLUMN remark varchar(20)")


def downgrade():
    for table in TABLES:
        op.execute(f"ALTER TABLE shop.{table} DROP COLUMN remark")
