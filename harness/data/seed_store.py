"""Store rows, all at once where the table takes them, one by one and tamer and tamer where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from harness.data.rows import Connection
from harness.data.shapes import TableShape
from harness.names import quote_identifier

Cells = Mapping[str, str | None]
"""A row to be: texts by column, None for NULL; a column that is not in it takes its default."""

_PARAMETERS_PER_STATEMENT = 60_000
"""The protocol counts the parameters of a statement in 16 bits.

Source: https://www.postgresql.org/docs/current/limits.html
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the server did not take a row."""

    message: str
    """The server's primary message: one line."""
    columns: frozenset[str]
    """The columns that the refusal is about, none where the server does not say."""


def insert_rows(
    connection: Connection, shape: TableShape, rows: Sequence[Cells], again: Callable[[int, Refusal], Iterator[Cells]]
) -> tuple[int, str | None]:
    """Insert rows; for one that is refused, try what ``again`` gives for its number until the table takes it.

    In the place of those that are given up rows are stored that were taken, with the keys of others. Returns how many
    rows were stored, and the last refusal of a row that was given up. Runs in the caller's transaction, with
    savepoints.
    """
    if not rows:
        return 0, None
    if try_insert(connection, shape, rows) is None:
        return len(rows), None
    taken: list[Cells] = []
    refused: list[Cells] = []
    last, given_up = None, 0
    for number, row in enumerate(rows):
        refusal = try_insert(connection, shape, [row])
        cells: Cells | None = row
        if refusal is not None:
            others = again(number, refusal) if given_up < _GIVE_UP_AFTER else iter(())
            cells, refusal = _try_others(connection, shape, others, refusal)
        if cells is not None:
            taken.append(cells)
            given_up = 0
        elif refusal is not None:
            refused.append(row)
            given_up += 1
            last = refusal.message
    return len(taken) + _store_alike(connection, shape, taken, refused), last


def _store_alike(connection: Connection, shape: TableShape, taken: Sequence[Cells], refused: Sequence[Cells]) -> int:
    """Store rows as they were taken, with the keys of refused ones; how many the table took."""
    keys = {name for unique in shape.uniques for name in unique.reads}
    keys |= {name for exclusion in shape.exclusions for name in exclusion.columns}
    stored = 0
    for number, row in enumerate(refused if taken else ()):
        kept = {name: value for name, value in row.items() if name in keys}
        stored += try_insert(connection, shape, [{**taken[number % len(taken)], **kept}]) is None
    return stored


_GIVE_UP_AFTER = 2
"""Rows given up in a row after which the others are tried only once each."""


def _try_others(
    connection: Connection, shape: TableShape, others: Iterator[Cells], refusal: Refusal
) -> tuple[Cells | None, Refusal]:
    """The first of these rows that the table takes, and the last refusal."""
    for cells in others:
        found = try_insert(connection, shape, [cells])
        if found is None:
            return cells, refusal
        refusal = found
    return None, refusal


def try_insert(connection: Connection, shape: TableShape, rows: Sequence[Cells]) -> Refusal | None:
    """Insert these rows or none of them; None when the server took them."""
    try:
        with connection.transaction():
            # DEFAULT VALUES stores one row at a time.
            size = max(1, _PARAMETERS_PER_STATEMENT // len(shape.columns)) if any(rows) else 1
            for start in range(0, len(rows), size):
                statement, arguments = insert_sql(shape, rows[start:start + size])
                connection.execute(statement.encode(), arguments, prepare=False)
    except psycopg.Error as error:
        if connection.closed:
            raise
        return explain(error, shape)
    return None


def insert_sql(shape: TableShape, rows: Sequence[Cells]) -> tuple[str, list[str | None]]:
    """One INSERT of these rows, its values as parameters of no type, which the server reads as the column's."""
    names = [column.name for column in shape.columns if any(column.name in row for row in rows)]
    if not names:
        return f"INSERT INTO {shape.name.sql} DEFAULT VALUES", []
    columns = ", ".join(quote_identifier(name) for name in names)
    always = any(shape.column(name).identity == "a" for name in names)
    lines = ", ".join("(" + ", ".join("%s" if name in row else "DEFAULT" for name in names) + ")" for row in rows)
    override = "OVERRIDING SYSTEM VALUE " if always else ""
    prefix = f"INSERT INTO {shape.name.sql} ({columns}) ".replace("%", "%%")
    return f"{prefix}{override}VALUES {lines}", [row[name] for row in rows for name in names if name in row]


def explain(error: psycopg.Error, shape: TableShape) -> Refusal:
    """What the server's error says of a row of this table."""
    diagnostics = error.diag
    columns: set[str] = set()
    if diagnostics.column_name:
        columns.add(diagnostics.column_name)
    if diagnostics.constraint_name:
        named = [(check.name, check.columns) for check in shape.checks]
        named += [(key.name, key.columns) for key in shape.foreign_keys]
        named += [(exclusion.name, exclusion.columns) for exclusion in shape.exclusions]
        named += [(unique.name, unique.reads) for unique in shape.uniques]
        columns.update(*(members for name, members in named if name == diagnostics.constraint_name))
    message = diagnostics.message_primary or (str(error).splitlines() or [type(error).__name__])[0]
    return Refusal(message, frozenset(columns))
