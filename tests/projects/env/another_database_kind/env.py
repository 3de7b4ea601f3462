from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
engine = engine_from_config({"sqlalchemy.url": "sqlite:///shop.db"}, poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
