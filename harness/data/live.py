"""Write rows at the new schema, as an application would between an upgrade and its rollback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from harness.data.rows import Connection
from harness.data.seed import outcome_error, read_referenced
from harness.data.seed_choices import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_order import parents_first
from harness.data.seed_store import insert_rows
from harness.data.shapes import Shapes
from harness.names import QualifiedName

FIRST_LIVE_ROW = 500
"""Number of the first live row: its ordinary values are none that seeding gave out."""


@dataclass(frozen=True, slots=True)
class LiveOutcome:
    """What was written to one table."""

    table: QualifiedName
    rows: int
    """Rows written."""
    reasons: tuple[str, ...]
    """What is special about them: what only the new schema allows."""
    error: str | None
    """The server's reason why none could be written; None when some were."""


def write_live_rows(
    connection: Connection, before: Shapes, upgraded: Shapes, *, tables: Collection[QualifiedName], rows: int, seed: int
) -> tuple[LiveOutcome, ...]:
    """Insert new rows into each of these tables, and rows that only the new schema allows; one transaction."""
    del before
    outcomes = []
    with connection.transaction():
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in parents_first(upgraded, tables):
            shape = upgraded.tables[name]
            maker = RowMaker(connection, shape, Draw(seed=seed, first=FIRST_LIVE_ROW, rows=rows),
                             read_referenced(connection, shape))
            maker.remember(connection)
            stored, error = insert_rows(connection, shape, maker.rows() or [maker.one(0)], maker.others)
            outcomes.append(LiveOutcome(name, stored, (), outcome_error(stored, error)))
    return tuple(outcomes)
