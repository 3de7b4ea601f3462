"""Which relations the harness's own writing has touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.data.rows import Connection
from harness.locks import TOUCHED_SQL, touched_oids


@contextmanager
def noting_touched(connection: Connection, note: Callable[[frozenset[int] | None], None]) -> Iterator[None]:
    """A transaction after which ``note`` is told the oids of the relations it wrote to; None: any.

    A partition is told with its root. When the block raises, everything is rolled back and nothing told.
    """
    with connection.transaction():
        yield
        touched = touched_oids(connection.execute(TOUCHED_SQL, prepare=True).fetchone())
    note(touched)
