"""Write as an application would: what runs for a row finds its tables, and every constraint acts at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.data.rows import Connection

OWN_PATH = "SET LOCAL search_path TO DEFAULT"
"""For triggers, and functions in checks and defaults, that name tables without their schema."""
NO_PATH = "SET LOCAL search_path = ''"


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """A transaction, or a savepoint, in which rows go through what the application's would."""
    with connection.transaction():
        connection.execute(f"{OWN_PATH}; SET CONSTRAINTS ALL IMMEDIATE")
        yield
        connection.execute(NO_PATH)  # a savepoint that is released takes no setting back
