"""Tell rows with a date or time that only Roundtrip can have made: Python has no value for it.

An application in Python can neither write such a row nor read it. Somebody may with psql, so the step that fails is
told, and then made with other dates in these rows: they must not hide what else the step fails for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from harness.data.compare import describe_wide_row
from harness.data.far_dates import OUT_OF_RANGE
from harness.data.remove import RowRef, fetch_row, list_row_refs, remove_rows, without_triggers
from harness.data.shapes import TableShape, TypeShape
from harness.findings.facts import Culprit
from harness.names import QualifiedName, quote_identifier
from harness.walk.inserted_keys import made_here
from harness.walk.isolation import Found
from harness.walk.lineage import Bench, Lineage

_TIMES = frozenset({"date", "timestamp", "timestamptz", "time", "timetz"})
_ORDINARY = dt.datetime(2024, 1, 15, 9, 30)  # noqa: DTZ001 - a text without a zone is what is made of it


@dataclass(frozen=True, slots=True, kw_only=True)
class FarRow:
    """A row with such values."""

    ref: RowRef
    shape: TableShape
    columns: tuple[str, ...]
    """Those that hold one."""
    shown: Culprit

    @property
    def is_changeable(self) -> bool:
        """Whether each of the columns is a date or time by itself, and no key's."""
        in_keys = {name for unique in self.shape.uniques for name in unique.columns}
        in_keys |= {name for key in self.shape.foreign_keys for name in key.columns}
        types = {column.name: column.type.base.name.name for column in self.shape.columns}
        return all(types[name] in _TIMES and name not in in_keys for name in self.columns)


def find_far_rows(bench: Bench, spine: Lineage, found: Found) -> tuple[tuple[FarRow, ...], tuple[FarRow, ...]]:
    """Such rows made here among those found to be in the way, and others that may be, where not all were found.

    Rows that are in the way may be so only by rows that refer to them, and are taken out with them.
    """
    with bench.databases.connect(spine.database) as connection:
        first = _far_rows(connection, spine, found.refs)
        if not first:
            first = _far_rows(connection, spine, list_row_refs(connection, _referring(spine, found.refs)))
        tables = list(dict.fromkeys(row.ref.table for row in first))
        others = list_row_refs(connection, tables) if tables and not found.complete else ()
        return tuple(first), tuple(_far_rows(connection, spine, [ref for ref in others if ref not in set(found.refs)]))


def make_ordinary(connection: psycopg.Connection, rows: Sequence[FarRow]) -> None:
    """Put ordinary dates and times in the place of theirs; take those rows out that do not bear it."""
    for number, row in enumerate(rows):
        value = f"'{_ORDINARY + dt.timedelta(days=number, minutes=number)}'"
        changes = ", ".join(f"{quote_identifier(name)} = {value}" for name in row.columns)
        statement = f"UPDATE {row.ref.table.sql} SET {changes} WHERE ctid = '{row.ref.ctid}'"
        try:
            if row.is_changeable:
                with without_triggers(connection):
                    connection.execute(statement.encode())
                continue
        except psycopg.Error:  # a check, a partition or an exclusion constraint wants another value
            pass
        remove_rows(connection, [row.ref])


def _far_rows(connection: psycopg.Connection, spine: Lineage, refs: Sequence[RowRef]) -> list[FarRow]:
    shapes: dict[QualifiedName, TableShape | None] = {ref.table: made_here(spine, ref.table) for ref in refs}
    found = []
    for ref in refs:
        shape = shapes[ref.table]
        if shape is None:
            continue
        types = {column.name: column.type for column in shape.columns if not column.generated}
        columns, row = fetch_row(connection, ref)
        far = tuple(name for name, value in zip(columns, row, strict=True) if value is not None and name in types
                    and _is_of_time(types[name]) and OUT_OF_RANGE.search(value))
        if far:
            found.append(FarRow(ref=ref, shape=shape, columns=far,
                                shown=Culprit(table=ref.table, row=describe_wide_row(columns, row, " ".join(far)))))
    return found


def _referring(spine: Lineage, refs: Sequence[RowRef]) -> tuple[QualifiedName, ...]:
    """The tables that refer to those of ``refs``, directly or not."""
    shapes = spine.filling.shapes.tables if spine.filling is not None else {}
    reached = {ref.table for ref in refs}
    found: dict[QualifiedName, None] = {}
    while further := [name for name, shape in shapes.items() if name not in reached
                      and any(key.references in reached for key in shape.foreign_keys)]:
        reached.update(further)
        found.update(dict.fromkeys(further))
    return tuple(found)


def _is_of_time(shape: TypeShape) -> bool:
    """Whether values of the type are dates or times, or hold some."""
    return (shape.name.name in _TIMES or (shape.over is not None and _is_of_time(shape.over))
            or any(_is_of_time(part) for _, part in shape.attributes))
