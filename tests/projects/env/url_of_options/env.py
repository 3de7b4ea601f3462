from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
section = config.config_ini_section
config.set_section_option(section, "SHOP_PASSWORD", "change_me")
config.set_section_option(section, "SHOP_HOST", "db.shop.example")
engine = engine_from_config(config.get_section(section), poolclass=pool.NullPool)

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
