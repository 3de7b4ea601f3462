"""Say which products are visible, and refuse new negative prices."""

from alembic import op

revision = "0002_visible_products"
down_revision = "0001_products"


def upgrade() -> None:
    op.alter_column("products", "is_hidden", new_column_name="is_visible")
    op.execute("UPDATE products SET is_visible = NOT is_visible")
    op.execute("ALTER TABLE products ADD CONSTRAINT ck_products_price CHECK (price >= 0) NOT VALID")


def downgrade() -> None:
    op.execute("UPDATE products SET is_visible = NOT is_visible")
    op.alter_column("products", "is_visible", new_column_name="is_hidden")
    op.drop_constraint("ck_products_price", "products", type_="check")
