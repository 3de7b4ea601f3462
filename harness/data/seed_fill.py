"""Give values to columns of rows that are already there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from harness.data.rows import Connection
from harness.data.seed_checks import Values
from harness.data.seed_draw import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_store import Cells, Refusal, explain
from harness.data.shapes import TableShape
from harness.names import quote_identifier

_ROWS_AT_MOST = 1000
"""Rows of a table that get values; the others keep what the revision gave them."""
_TRIES = 8
"""Other values tried for a row that is refused; after that it stays as it is."""

Place = tuple[Any, Any]
"""Where a row lies: tableoid and ctid."""


def update_columns(
    connection: Connection, shape: TableShape, names: Sequence[str], referenced: dict[str, Sequence[Values]], *,
    seed: int,
) -> None:
    """Update these columns row by row, in an order that does not depend on where the rows lie."""
    columns = [column for column in shape.columns
               if column.name in names and not column.generated and not column.numbered]
    if not columns:
        return
    places = _places(connection, shape, {column.name for column in columns})
    if not places:
        return
    maker = RowMaker(connection, shape, Draw(seed=seed, first=0, rows=len(places)), referenced, columns=columns)
    maker.remember(connection)
    updates = list(zip(places, maker.rows(), strict=False))
    if _update(connection, shape, updates) is None:
        return
    for number, (place, row) in enumerate(updates):
        refusal = _update(connection, shape, [(place, row)])
        if refusal is not None:
            _try_others(connection, shape, place, maker.others(number, refusal))


def _try_others(connection: Connection, shape: TableShape, place: Place, others: Iterator[Cells]) -> None:
    for _, cells in zip(range(_TRIES), others, strict=False):
        if _update(connection, shape, [(place, cells)]) is None:
            return


def _places(connection: Connection, shape: TableShape, without: set[str]) -> list[Place]:
    """Where the rows lie, ordered by the text of the other columns, the key's first."""
    others = [column.name for column in shape.columns if column.name not in without]
    key = [name for name in shape.primary_key if name not in without]
    order = [f'{quote_identifier(name)}::text COLLATE "C"' for name in dict.fromkeys([*key, *others])]
    by = f" ORDER BY {', '.join(order)}" if order else ""
    query = f"SELECT tableoid, ctid::text FROM {shape.name.sql}{by} LIMIT {_ROWS_AT_MOST}"
    return [(oid, ctid) for oid, ctid in connection.execute(query.encode(), prepare=False).fetchall()]


def _update(connection: Connection, shape: TableShape, updates: Sequence[tuple[Place, Cells]]) -> Refusal | None:
    """Update these rows or none of them; None when the server took all values."""
    table = shape.name.sql.replace("%", "%%")
    cursor = psycopg.ClientCursor(connection)
    statements: list[str] = []
    for place, cells in updates:
        assignments = ", ".join(quote_identifier(name).replace("%", "%%") + " = %s" for name in cells)
        statement = f"UPDATE {table} SET {assignments} WHERE tableoid = %s AND ctid = %s::tid"
        statements.append(cursor.mogrify(statement.encode(), [*cells.values(), *place]))
    try:
        # In one message: where one fails in a pipeline, psycopg warns of what it cannot send any more.
        with connection.transaction():
            connection.execute(";\n".join(statements).encode(), prepare=False)
    except psycopg.Error as error:
        if connection.closed:
            raise
        return explain(error, shape)
    return None
