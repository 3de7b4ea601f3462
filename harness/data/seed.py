"""Fill tables with rows that every constraint allows and that are as telling as it allows.

The rows depend on nothing but the seed, the table's shape, and the rows it refers to: two databases that went the same
way hold the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from harness.data.application import writing
from harness.data.named_sequences import advance_named_sequences
from harness.data.rows import Connection
from harness.data.seed_checks import Values
from harness.data.seed_choices import referenced_values
from harness.data.seed_circles import circle_of, seed_circle
from harness.data.seed_draw import Draw
from harness.data.seed_fill import update_columns
from harness.data.seed_making import RowMaker
from harness.data.seed_order import parents_first
from harness.data.seed_store import insert_rows
from harness.data.shapes import ForeignKey, Shapes, TableShape
from harness.names import QualifiedName

_FIRST_FURTHER_ROW = 5_000
"""The number of the first row that is added to those that a table holds; live rows begin after them."""


_ENOUGH_TO_SPARE_ONE = 3
"""So many keys that one may be left without a row that refers to it."""


@dataclass(frozen=True, slots=True)
class SeedOutcome:
    """How filling one table went."""

    table: QualifiedName
    rows_wanted: int
    rows: int
    """Rows that the table holds now."""
    error: str | None
    """The server's reason why it holds none; None when it holds rows."""


def seed_tables(
    connection: Connection, shapes: Shapes, *, only: Collection[QualifiedName], rows: int, seed: int,
    held: Mapping[QualifiedName, int] | None = None,
) -> tuple[SeedOutcome, ...]:
    """Put rows into each of these tables until it holds ``rows``, as far as its constraints allow; one transaction.

    The first rows are plain, later ones odder and odder. ``held`` says how many rows those of the tables hold that are
    not empty; these rows stay as they are. One outcome for each table, in the order of filling.
    """
    order = parents_first(shapes, only)
    held = held or {}
    errors: dict[QualifiedName, str | None] = {}
    later: dict[QualifiedName, tuple[str, ...]] = {}
    with writing(connection):
        for name in order:
            if name in errors:
                continue
            if held.get(name):
                further = Draw(seed=seed, first=_FIRST_FURTHER_ROW, rows=rows, held=held[name])
                errors[name] = _seed(connection, shapes.tables[name], further)
                continue
            draw = Draw(seed=seed, first=0, rows=rows)
            empty = frozenset(other for other in order if other not in errors and not held.get(other))
            circle = circle_of(shapes, name, empty)
            if circle:
                error = seed_circle(connection, shapes, circle, draw)
                errors.update(dict.fromkeys(circle, error))
            else:
                errors[name] = _seed(connection, shapes.tables[name], draw)
            later.update((member, _unset(shapes.tables[member], empty)) for member in circle or (name,))
        _refer_back(connection, shapes, later, seed)
        advance_named_sequences(connection, [shapes.tables[name] for name in order])
        counts = count_rows(connection, order)
    return tuple(SeedOutcome(name, rows, counts[name], outcome_error(counts[name], errors[name])) for name in order)


def fill_columns(
    connection: Connection, shapes: Shapes, columns: Mapping[QualifiedName, tuple[str, ...]], *, seed: int
) -> tuple[SeedOutcome, ...]:
    """Give values to columns that a revision added to tables that hold rows; one transaction.

    A value that the table refuses is replaced by a tamer one, and the column left as it is where none will do.
    Generated columns and those that a sequence numbers are left alone.
    """
    order = parents_first(shapes, columns)
    with writing(connection):
        for name in order:
            shape = shapes.tables[name]
            update_columns(connection, shape, columns[name], read_referenced(connection, shape), seed=seed)
        counts = count_rows(connection, order)
    return tuple(SeedOutcome(name, counts[name], counts[name], outcome_error(counts[name], None)) for name in order)


def read_referenced(connection: Connection, shape: TableShape) -> dict[str, Sequence[Values]]:
    """The keys that each foreign key of a table may refer to now.

    Where a table holds at most one row for each key, one key is left out: what a revision does with rows that have none
    referring to them, such as making those, must find some.
    """
    return {key.name: _to_refer_to(connection, shape, key) for key in shape.foreign_keys}


def count_rows(connection: Connection, tables: Collection[QualifiedName]) -> dict[QualifiedName, int]:
    """How many rows each table holds."""
    names = list(tables)
    if not names:
        return {}
    query = " UNION ALL ".join(f"SELECT {number}, count(*) FROM {name.sql}" for number, name in enumerate(names))
    return {names[number]: count for number, count in connection.execute(query.encode(), prepare=False).fetchall()}


def outcome_error(rows: int, error: str | None) -> str | None:
    """Why a table is empty; None when it is not."""
    if rows:
        return None
    return error or "the server took the rows without an error and stored none: a trigger or a rule turned them away"


def _to_refer_to(connection: Connection, shape: TableShape, key: ForeignKey) -> tuple[Values, ...]:
    values = referenced_values(connection, key)
    return values[:-1] if len(values) >= _ENOUGH_TO_SPARE_ONE and _at_most_once(shape, key) else values


def _at_most_once(shape: TableShape, key: ForeignKey) -> bool:
    """Whether no two rows of the table may refer to the same."""
    return any(unique.plain and set(unique.columns) <= set(key.columns) for unique in shape.uniques)


def _seed(connection: Connection, shape: TableShape, draw: Draw) -> str | None:
    maker = RowMaker(connection, shape, draw, read_referenced(connection, shape))
    if draw.first:
        maker.remember(connection)
    rows = maker.rows() or [maker.one(0)]
    _, error = insert_rows(connection, shape, rows, maker.others)
    return error


def _unset(shape: TableShape, waiting: Collection[QualifiedName]) -> tuple[str, ...]:
    """Columns that refer to tables which were still empty when this one was filled."""
    keys = [key for key in shape.foreign_keys if key.references in waiting]
    columns = {column for key in keys for column in key.columns}
    return tuple(column.name for column in shape.columns if column.name in columns)


def _refer_back(
    connection: Connection, shapes: Shapes, later: Mapping[QualifiedName, tuple[str, ...]], seed: int
) -> None:
    """Set foreign keys again whose rows came later: those of a table to itself, and those in a circle."""
    for name, columns in later.items():
        if columns:
            shape = shapes.tables[name]
            update_columns(connection, shape, columns, read_referenced(connection, shape), seed=seed)
