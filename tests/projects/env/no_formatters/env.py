from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if config.file_config.has_section("formatters"):
    fileConfig(config.config_file_name)
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
