"""Fill tables whose rows must refer to each other, or to themselves, from the first row on.

Foreign keys are checked when a statement ends, so that one statement can store a row of each table in the circle.
Source: https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from harness.data.rows import Connection
from harness.data.seed_choices import referenced_values
from harness.data.seed_draw import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_store import Cells, explain, insert_sql
from harness.data.shapes import ForeignKey, Shapes, TableShape
from harness.names import QualifiedName, quote_identifier

_TRIES_PER_ROW = 4
"""Rows made for each row wanted; the server may refuse some."""


def required_keys(shape: TableShape) -> tuple[ForeignKey, ...]:
    """The foreign keys without which no row can be."""
    return tuple(key for key in shape.foreign_keys if all(shape.column(name).not_null for name in key.columns))


def circle_of(shapes: Shapes, name: QualifiedName, empty: frozenset[QualifiedName]) -> tuple[QualifiedName, ...]:
    """The empty tables that must have a row at the same moment as this one, itself first; none if it can go alone."""
    reached = [name]
    circular = False
    for member in reached:
        for key in required_keys(shapes.tables[member]):
            circular = circular or key.references == name
            if key.references in empty and key.references not in reached and key.references in shapes.tables:
                reached.append(key.references)
    return tuple(reached) if circular else ()


def seed_circle(
    connection: Connection, shapes: Shapes, members: tuple[QualifiedName, ...], draw: Draw
) -> str | None:
    """Store rows of all these tables, one of each in a statement; the last refusal, None when all were taken."""
    makers = {name: _maker(connection, shapes.tables[name], members, draw) for name in members}
    stored, last = 0, None
    for _ in range(draw.rows * _TRIES_PER_ROW):
        rows = {name: dict(next(iter(maker.fresh(1)))) for name, maker in makers.items()}
        _wire(connection, shapes, rows)
        refusal = _store(connection, shapes, rows)
        stored, last = (stored + 1, last) if refusal is None else (stored, refusal)
        if stored == draw.rows:
            return None
    return last


def _maker(
    connection: Connection, shape: TableShape, members: tuple[QualifiedName, ...], draw: Draw
) -> RowMaker:
    """Makes rows in which the keys to the other members are still any value."""
    inside = [key for key in required_keys(shape) if key.references in members]
    referenced = {key.name: referenced_values(connection, key) for key in shape.foreign_keys if key not in inside}
    return RowMaker(connection, shape, draw, referenced)


def _wire(connection: Connection, shapes: Shapes, rows: Mapping[QualifiedName, dict[str, str | None]]) -> None:
    """Make the rows refer to each other; a key that a sequence would give is taken from it beforehand."""
    keys = [(name, key) for name in rows for key in required_keys(shapes.tables[name]) if key.references in rows]
    for _, key in keys:
        for column in key.referenced_columns:
            if column not in rows[key.references]:
                number = _next_number(connection, shapes.tables[key.references], column)
                rows[key.references][column] = number
    # A key may run through a column that is itself a key to a third table: as often as there are keys.
    for _ in keys:
        for name, key in keys:
            rows[name].update({column: rows[key.references][referenced] for column, referenced
                               in zip(key.columns, key.referenced_columns, strict=True)})


def _next_number(connection: Connection, shape: TableShape, column: str) -> str:
    default = shape.column(column).default_sql
    if default is not None:
        row = connection.execute(f"SELECT ({default})::text".encode(), prepare=False).fetchone()
    else:
        row = connection.execute("SELECT pg_catalog.nextval(pg_catalog.pg_get_serial_sequence(%s, %s))::text",
                                 [shape.name.sql, column]).fetchone()
    assert row is not None
    return str(row[0])


def _store(connection: Connection, shapes: Shapes, rows: Mapping[QualifiedName, Cells]) -> str | None:
    statements, arguments = [], []
    for name, row in rows.items():
        statement, values = insert_sql(shapes.tables[name], [row])
        statements.append(statement)
        arguments += values
    parts = ", ".join(f"{quote_identifier(f'row_{number}')} AS ({statement})"
                      for number, statement in enumerate(statements[:-1]))
    whole = f"WITH {parts} {statements[-1]}" if parts else statements[-1]
    try:
        with connection.transaction():
            connection.execute(whole.encode(), arguments, prepare=False)
    except psycopg.Error as error:
        if connection.closed:
            raise
        return explain(error, shapes.tables[next(iter(rows))]).message
    return None
