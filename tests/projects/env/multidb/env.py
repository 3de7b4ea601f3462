from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config

for name in config.get_main_option("databases").split(", "):
    engine = engine_from_config(config.get_section(name), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, upgrade_token=f"{name}_upgrades")
        with context.begin_transaction():
            context.run_migrations(engine_name=name)
