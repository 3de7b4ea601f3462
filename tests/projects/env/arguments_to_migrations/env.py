from types import SimpleNamespace

from alembic import context, op
from sqlalchemy import Column, MetaData, Table, Text, engine_from_config, pool

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)
kinds = Table("parcel_kinds", MetaData(), Column("name", Text, primary_key=True))

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        # What is given here is given to upgrade() and downgrade().
        context.run_migrations(op=op, tables=SimpleNamespace(parcel_kinds=kinds))
