from alembic import context
from sqlalchemy import create_engine, pool

# The application's own command hangs its settings on the Config, as an attribute that Alembic does not know.
engine = create_engine(context.config.shop_settings.database_url, poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
