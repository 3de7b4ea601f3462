from alembic import context
from sqlalchemy import engine_from_config, pool, text

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)

with engine.connect() as connection:
    # Alembic would make version_num varchar(32).
    connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(128) PRIMARY KEY)"))
    connection.commit()
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
