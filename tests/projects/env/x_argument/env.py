from alembic import context
from sqlalchemy import create_engine, pool

arguments = context.get_x_argument(as_dictionary=True)
engine = create_engine(arguments["database_url"], poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
