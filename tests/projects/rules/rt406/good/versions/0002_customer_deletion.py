"""A customer who has paid cannot be deleted."""

from alembic import op

revision = "0002_customer_deletion"
down_revision = "0001_customers"


def upgrade() -> None:
    # What a customer has paid outlives the wish to be forgotten: the application keeps it, anonymised.
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key(
        "payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"], ondelete="RESTRICT"
    )


def downgrade() -> None:
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key("payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"])
