"""Runs remedies as a revision would: as operations of Alembic, each change's in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql


def run_all(conninfo: str, remedies: Iterable[tuple[str, ...]], **options: object) -> None:
    """Run the statements; those of a change that depends on another one's wait until that is done.

    ``options`` are what an env.py may configure.

    Raises:
        Exception: what the first of those that cannot be run at all raised.
    """
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo), poolclass=sa.NullPool)
    waiting = list(remedies)
    while waiting:
        failed: list[tuple[tuple[str, ...], Exception]] = []
        for statements in waiting:
            try:
                with engine.begin() as connection:
                    operations = Operations(MigrationContext.configure(connection, opts=options))
                    exec("\n".join(statements), {"op": operations, "sa": sa, "postgresql": postgresql})
            except Exception as error:  # noqa: BLE001 - it may work after another
                failed.append((statements, error))
        if len(failed) == len(waiting):
            statements, error = failed[0]
            error.add_note("\n".join(statements))
            raise error
        waiting = [statements for statements, _ in failed]
