"""parcels"""

import sqlalchemy as sa

revision = "0001"
down_revision = None


def upgrade(op, tables):
    op.create_table("parcels", sa.Column("id", sa.Integer, primary_key=True), sa.Column("kind", sa.Text))
    op.create_table("parcel_kinds", sa.Column("name", sa.Text, primary_key=True))


def downgrade(op, tables):
    op.drop_table("parcel_kinds")
    op.drop_table("parcels")
