"""customers and orders"""
from alembic import op
import sqlalchemy as sa

revision = "3f1c7a"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("email", name=op.f("uq_customers_email")))
    op.create_table("orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_orders_customer_id_customers")))


def downgrade() -> None:
    op.drop_table("orders")
    op.drop_table("customers")
