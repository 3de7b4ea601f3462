"""bulky parcels"""

revision = "0002"
down_revision = "0001"


def upgrade(op, tables):
    op.bulk_insert(tables.parcel_kinds, [{"name": "bulky, by the meter"}])


def downgrade(op, tables):
    op.execute(tables.parcel_kinds.delete().where(tables.parcel_kinds.c.name == "bulky, by the meter"))
