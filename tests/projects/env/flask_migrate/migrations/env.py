from logging.config import fileConfig

from alembic import context
from shop_app import current_app
from sqlalchemy import create_engine

config = context.config
fileConfig(config.config_file_name)
config.set_main_option("sqlalchemy.url", current_app.get().database_url.replace("%", "%%"))


def get_engine():
    return create_engine(config.get_main_option("sqlalchemy.url"))


def run_migrations_online():
    with get_engine().connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise NotImplementedError
run_migrations_online()
