from alembic import context
from sqlalchemy import create_engine, pool

from shop_app import current_app

engine = create_engine(current_app.get().database_url, poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
