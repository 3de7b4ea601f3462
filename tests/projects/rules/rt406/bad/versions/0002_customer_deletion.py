"""Deleting a customer deletes what they have paid."""

from alembic import op

revision = "0002_customer_deletion"
down_revision = "0001_customers"


def upgrade() -> None:
    # So that a customer can be deleted.
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key(
        "payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"], ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key("payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"])
