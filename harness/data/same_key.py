"""The rows that a unique index cannot hold together, by the key that the server tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable

import psycopg

from harness.data.remove import RowRef
from harness.data.rows import Connection
from harness.names import QualifiedName

_DUPLICATED = re.compile(r"Key \((?P<key>.+?)\)=\((?P<values>.*)\) is duplicated")


def rows_of_duplicated_key(connection: Connection, tables: Iterable[QualifiedName], message: str) -> tuple[RowRef, ...]:
    """The rows with the key that ``message`` calls duplicated, of the first of ``tables`` that has two or more.

    None where that cannot be told: of a key of columns that are not there yet, or with a NULL in it.
    """
    found = _DUPLICATED.search(message)
    if found is None:
        return ()
    for table in tables:
        query = (f"SELECT ctid::text FROM ONLY {table.sql} "
                 f"WHERE pg_catalog.concat_ws(', ', {found['key']}) = %(values)s ORDER BY ctid")
        try:
            with connection.transaction():
                rows = connection.execute(query.encode(), {"values": found["values"]}).fetchall()
        except psycopg.Error:  # the table has no such columns
            continue
        if len(rows) > 1:
            return tuple(RowRef(table, ctid) for (ctid,) in rows)
    return ()
