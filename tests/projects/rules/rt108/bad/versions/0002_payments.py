"""Record payments, and who entered them."""

import sqlalchemy as sa
from alembic import op

revision = "0002_payments"
down_revision = "0001_users"


def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Text()),
    )
    op.execute("""
        CREATE FUNCTION payments_entered_by() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(current_setting('app.user', true), '') = '' THEN
                RAISE EXCEPTION 'app.user is not set';
            END IF;
            NEW.entered_by = current_setting('app.user');
            RETURN NEW;
        END $$
    """)
    op.execute("CREATE TRIGGER entered_by BEFORE INSERT ON payments"
               " FOR EACH ROW EXECUTE FUNCTION payments_entered_by()")


def downgrade() -> None:
    op.drop_table("payments")
    op.execute("DROP FUNCTION payments_entered_by()")
