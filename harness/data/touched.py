"""Which relations the harness's own writing has touched, by the locks that it holds before it commits.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.data.rows import Connection

# A partition's rows are read through its root. A deferrable trigger may still write when the transaction commits.
_TOUCHED_SQL = """
    SELECT ARRAY(SELECT DISTINCT both_of.oid::bigint
                 FROM pg_catalog.pg_locks l
                 CROSS JOIN LATERAL (VALUES (l.relation), (pg_catalog.pg_partition_root(l.relation)::oid))
                            AS both_of (oid)
                 WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND both_of.oid >= 16384
                   AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')),
           EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgdeferrable AND NOT t.tgisinternal)
"""


@contextmanager
def noting_touched(connection: Connection, note: Callable[[frozenset[int] | None], None]) -> Iterator[None]:
    """A transaction after which ``note`` is told the oids of the relations it wrote to; None: any.

    A partition is told with its root. When the block raises, everything is rolled back and nothing told.
    """
    with connection.transaction():
        yield
        row = connection.execute(_TOUCHED_SQL, prepare=True).fetchone()
        assert row is not None
        oids, hidden_writers = row
    note(None if hidden_writers else frozenset(oids))
