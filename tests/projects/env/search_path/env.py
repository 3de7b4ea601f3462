from alembic import context
from sqlalchemy import engine_from_config, event, pool

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)


@event.listens_for(engine, "connect", insert=True)
def use_the_shop_schema(connection, record):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS shop")
        cursor.execute("SET search_path TO shop, public")
    connection.commit()


with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
