from alembic import op


# Kept from before we used Alembic.
def upgrade() -> None:
    op.create_index("ix_orders_status", "orders", ["status"])


def downgrade() -> None:
    op.drop_index("ix_orders_status", "orders")
