"""An env.py that names the models."""

import sqlalchemy as sa
from alembic import context
from sqlalchemy import engine_from_config
from sqlalchemy.pool import NullPool

config = context.config

models = sa.MetaData()
sa.Table(
    "users", models,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("email", sa.String(255), nullable=False, unique=True),
    sa.Column("phone", sa.String(32)),
)


def run_migrations_online() -> None:
    section = config.get_section(config.config_ini_section, {})
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=models, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
