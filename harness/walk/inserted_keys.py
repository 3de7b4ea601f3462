"""Tell rows that are in the way only because they were made here: those with keys that the history itself inserts.

A table of roles or currencies often gets its rows, ids and all, some revisions after it was made. Until then it was
empty to the walk, and was filled; a database of the team's holds no such rows unless somebody else wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.data.remove import RowRef, fetch_row, list_row_refs
from harness.data.rows import Row, read_rows
from harness.data.shapes import TableShape
from harness.names import Direction, QualifiedName
from harness.walk.lineage import Bench, Lineage
from harness.worker.protocol import Failure

_UNIQUE_VIOLATION = "23505"
_INSERTS_VALUES = re.compile(r"\s*INSERT\s+INTO\b(?!.*\bSELECT\b).*\bVALUES\b", re.IGNORECASE | re.DOTALL)


def rows_in_place_of_inserted(
    bench: Bench, bare: Lineage, spine: Lineage, position: int, refs: Sequence[RowRef], failure: Failure
) -> tuple[RowRef, ...]:
    """All rows of the one table that ``refs`` are rows of, if all these hold keys that an upgrade inserts; else none.

    The upgrade of the revision at ``position``, where both lineages stand, fails with ``failure`` because of ``refs``,
    rows of ``spine``. Keys count that it inserts without seeded rows too: they come from no row.
    """
    tables = {ref.table for ref in refs}
    if failure.sqlstate != _UNIQUE_VIOLATION or not _INSERTS_VALUES.match(failure.statement or "") or len(tables) != 1:
        return ()
    (table,) = tables
    shape = made_here(spine, table)
    if shape is None:
        return ()
    inserted = _rows_after(bench, bare, position, shape)
    with bench.databases.connect(spine.database) as connection:
        bench.drop_roles_since(position, connection)  # that the upgrade has made, and will make again
        if not all(_repeats_a_key(shape, *fetch_row(connection, ref), inserted) for ref in refs):
            return ()
        return tuple(list_row_refs(connection, [table]))


def made_here(spine: Lineage, table: QualifiedName) -> TableShape | None:
    """The shape of ``table`` if its rows are neither the team's nor a dump's."""
    return spine.filling.shape_of_made(table) if spine.filling is not None else None


def _rows_after(bench: Bench, bare: Lineage, position: int, shape: TableShape) -> list[dict[str, str | None]]:
    """The rows of a table that the upgrade leaves where no rows were seeded, by column."""
    with bench.copied(bare.database, "inserted") as copy:
        if not bench.stepper.step(copy, Direction.UPGRADE, bench.order[position]).ok:
            return []
        bench.stepper.release()
        with bench.databases.connect(copy) as connection:
            found = read_rows(connection, [shape.name])
    rows = found.get(shape.name)
    return [dict(zip(rows.columns, row, strict=True)) for row in rows.rows] if rows is not None else []


def _repeats_a_key(
    shape: TableShape, columns: tuple[str, ...], row: Row, inserted: Sequence[dict[str, str | None]]
) -> bool:
    values = dict(zip(columns, row, strict=True))
    for unique in shape.uniques:
        key = tuple(values.get(column) for column in unique.columns)
        if unique.plain and None not in key and any(
                tuple(other.get(column) for column in unique.columns) == key for other in inserted):
            return True
    return False
