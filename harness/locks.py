"""What a transaction has touched, by the locks that it holds right before it commits.

Whatever changes a table's rows or its shape holds a lock on it until the transaction ends. The worker asks this on the
connections of the user's code, the walk on its own.

Source: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
Source: https://www.postgresql.org/docs/current/view-pg-locks.html
"""

from __future__ import annotations

from typing import Any

# A partition's rows are read through its root. A deferrable trigger may still write when the transaction commits, and
# these extensions write through connections of their own. As text: drivers differ in what they make of arrays.
TOUCHED_SQL = """
    SELECT (SELECT pg_catalog.string_agg(DISTINCT both_of.oid::text, ',')
            FROM pg_catalog.pg_locks l
            CROSS JOIN LATERAL (VALUES (l.relation), (pg_catalog.pg_partition_root(l.relation)::oid)) AS both_of (oid)
            WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
              AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')),
           EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgdeferrable AND NOT t.tgisinternal)
           OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname IN ('dblink', 'postgres_fdw'))
"""
"""One row, for ``touched_oids``, about the transaction that it is run in."""


def touched_oids(row: Any) -> frozenset[int] | None:
    """The oids of the relations touched, a partition's with its root's; None when the locks do not tell."""
    oids, hidden_writers = row
    return None if hidden_writers else frozenset(map(int, oids.split(",")) if oids else ())
