"""Write rows at the new schema, as an application would between an upgrade and its rollback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain

from harness.data.application import writing
from harness.data.live_pairs import pair
from harness.data.live_specials import Special, specials
from harness.data.rows import Connection
from harness.data.seed import outcome_error, read_referenced
from harness.data.seed_draw import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_order import parents_first
from harness.data.seed_store import Refusal, insert_rows, try_insert
from harness.data.shapes import Shapes, TableShape
from harness.names import QualifiedName

FIRST_LIVE_ROW = 10_000
"""Number of the first live row: its ordinary values are none that seeding gave out."""
_BASES = 8
"""Plain rows tried around a special value before it is given up."""


@dataclass(frozen=True, slots=True)
class LiveOutcome:
    """What was written to one table."""

    table: QualifiedName
    rows: int
    """Rows written."""
    reasons: tuple[str, ...]
    """What only the new schema allows about them, each with its column: "300 characters in public.users.name (…)"."""
    error: str | None
    """The server's reason why none could be written; None when some were."""


def write_live_rows(
    connection: Connection, before: Shapes, upgraded: Shapes, *, tables: Collection[QualifiedName], rows: int, seed: int
) -> tuple[LiveOutcome, ...]:
    """Insert ``rows`` new rows into each of these tables, and rows that only the new schema allows; one transaction."""
    with writing(connection):
        return tuple(_write(connection, before, upgraded.tables[name], rows, seed)
                     for name in parents_first(upgraded, tables))


def _write(connection: Connection, before: Shapes, shape: TableShape, rows: int, seed: int) -> LiveOutcome:
    referenced = read_referenced(connection, shape)
    maker = RowMaker(connection, shape, Draw(seed=seed, first=FIRST_LIVE_ROW, rows=rows), referenced)
    maker.remember(connection)
    stored, error = insert_rows(connection, shape, maker.rows() or [maker.one(0)], maker.others)
    reasons = _write_specials(connection, before, shape, Draw(seed=seed, first=FIRST_LIVE_ROW + rows, rows=_BASES))
    stored += len(reasons)
    return LiveOutcome(shape.name, stored, reasons, outcome_error(stored, error))


def _write_specials(connection: Connection, before: Shapes, shape: TableShape, draw: Draw) -> tuple[str, ...]:
    """Store what only the new schema allows, and say what was stored."""
    earlier = pair(before, shape)
    if earlier is None or earlier.before == shape:
        return ()
    draw = replace(draw, tame=True)
    found = tuple(specials(connection, earlier, draw))
    if not found:
        return ()
    draw = replace(draw, rows=draw.rows * len(found))
    plain = RowMaker(connection, shape, draw, read_referenced(connection, shape))
    plain.remember(connection)
    reasons = (_store(connection, shape, special, plain) for special in found)
    return tuple(reason for reason in reasons if reason is not None)


def _store(connection: Connection, shape: TableShape, special: Special, plain: RowMaker) -> str | None:
    """Store the special row on plain ground; the words for what was stored, None if the table takes none of it."""
    for reason, cells in special.tries:
        bases = chain(plain.fresh(_BASES // 2), plain.others(0, Refusal("", frozenset())))
        if any(try_insert(connection, shape, [{**base, **cells}]) is None for base in bases):
            return reason
    return None
