"""Take coupons on orders."""

import sqlalchemy as sa
from alembic import op

revision = "0002_order_coupon"
down_revision = "0001_orders"


def upgrade() -> None:
    op.add_column("orders", sa.Column("coupon_id", sa.Integer()))
    op.create_foreign_key("fk_orders_coupon_id_coupons", "orders", "coupons", ["coupon_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_orders_coupon_id_coupons", "orders", type_="foreignkey")
    op.drop_column("orders", "coupon_id")
