from alembic import context
from sqlalchemy import create_engine, pool

from shop_settings import settings

engine = create_engine(settings.database_url, poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
