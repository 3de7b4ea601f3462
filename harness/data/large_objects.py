"""Read what all large objects hold."""

from __future__ import annotations

from harness.data.rows import Connection, TableRows, in_order, run_together
from harness.large_objects import COLUMNS, KEY, LARGE_OBJECTS, OID, SELECT_OWN_SQL, SELECT_SQL


def read_large_objects(connection: Connection) -> TableRows:
    """Every large object of the database with a hash of its content, as rows of a table."""
    superuser = connection.info.parameter_status("is_superuser") == "on"
    (rows,) = run_together(connection, [SELECT_SQL if superuser else SELECT_OWN_SQL])
    return TableRows(LARGE_OBJECTS, OID, COLUMNS, tuple(range(1, len(COLUMNS) + 1)), KEY, in_order(rows, COLUMNS, KEY))
