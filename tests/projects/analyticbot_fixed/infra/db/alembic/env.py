"""Run the migrations of AnalyticBot."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import fileConfig

from alembic import context
from sqlalchemy import Engine, create_engine, pool, text

MIGRATION_LOCK = 4_027_118_539
MIGRATION_LOCK_WAIT_SECONDS = 60

config = context.config

if config.config_file_name is not None:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

# The models live in the bot's own package, which the migrations do not import.
target_metadata = None


def database_url() -> str:
    """The URL of the environment, or the one a program set on the config; always for a synchronous driver."""
    url = os.getenv("DATABASE_URL") or os.getenv("POSTGRES_URL") or config.get_main_option("sqlalchemy.url")
    if not url:
        raise RuntimeError("set DATABASE_URL to the database that is to be migrated")
    return url.replace("postgres://", "postgresql://", 1).replace("postgresql+asyncpg://", "postgresql://", 1)


@contextmanager
def migration_lock(engine: Engine) -> Iterator[None]:
    """Let one migration run at a time.

    The lock has a connection of its own, outside any transaction, and is polled: a session that waited inside a
    statement would hold a snapshot, and CREATE INDEX CONCURRENTLY waits for older snapshots to go.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        deadline = time.monotonic() + MIGRATION_LOCK_WAIT_SECONDS
        while not guard.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": MIGRATION_LOCK}):
            if time.monotonic() > deadline:
                raise TimeoutError(f"another migration has run for {MIGRATION_LOCK_WAIT_SECONDS} s")
            time.sleep(0.2)
        yield


def run_migrations_offline() -> None:
    context.configure(
        url=database_url(),
        target_metadata=target_metadata,
        literal_binds=True,
        compare_type=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online() -> None:
    engine = create_engine(database_url(), poolclass=pool.NullPool)
    with migration_lock(engine), engine.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
