from pathlib import Path

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)
# There is a chain of revisions for each kind of database; the ini names none.
context.script.version_locations = [str(Path(context.script.dir) / "chains" / engine.dialect.name)]

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
