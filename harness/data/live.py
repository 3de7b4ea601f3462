"""Write rows at the new schema, as an application would between an upgrade and its rollback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain

from harness.data.application import writing
from harness.data.live_pairs import pair
from harness.data.live_specials import Special, specials
from harness.data.named_sequences import advance_named_sequences
from harness.data.rows import Connection
from harness.data.seed import outcome_error, read_referenced
from harness.data.seed_draw import Draw
from harness.data.seed_making import RowMaker
from harness.data.seed_order import parents_first
from harness.data.seed_store import Refusal, insert_rows, try_insert
from harness.data.shapes import Check, ColumnShape, Shapes, TableShape
from harness.names import QualifiedName, quote_identifier

FIRST_LIVE_ROW = 10_000
"""Number of the first live row: its ordinary values are none that seeding gave out."""
_BASES = 8
"""Plain rows tried around a special value before it is given up."""
_CHOSEN_AT_MOST = 10
"""Special values of one table for which, after that, rows are chosen that go with them: each may take half a second."""


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
    """Insert ``rows`` new rows into each of these tables, and rows that only the new schema allows; one transaction.

    A table with at most one row for each of another gets new ones of those to refer to, where all have theirs.
    """
    with writing(connection):
        writer = _Writer(connection, before, upgraded, rows, seed)
        for name in parents_first(upgraded, tables):
            if name not in writer.outcomes:
                writer.write(name)
        advance_named_sequences(connection, [upgraded.tables[name] for name in writer.outcomes])
        return tuple(outcome for name, outcome in writer.outcomes.items() if outcome.rows or name in tables)


class _Writer:
    """Writes rows to one table after another."""

    def __init__(self, connection: Connection, before: Shapes, upgraded: Shapes, rows: int, seed: int) -> None:
        self._connection = connection
        self._before = before
        self._upgraded = upgraded
        self._rows = rows
        self._seed = seed
        self.outcomes: dict[QualifiedName, LiveOutcome] = {}

    def write(self, name: QualifiedName) -> None:
        """Write to this table, and where that takes it, first to those that it refers to."""
        shape = self._upgraded.tables[name]
        self.outcomes[name] = _write(self._connection, self._before, shape, self._rows, self._seed)
        if self.outcomes[name].rows:
            return
        parents = [parent for parent in _one_to_one(shape) if parent in self._upgraded.tables
                   and parent not in self.outcomes]
        for parent in parents:
            self.write(parent)
        if any(self.outcomes[parent].rows for parent in parents):
            self.outcomes[name] = _write(self._connection, self._before, shape, self._rows, self._seed)


def _one_to_one(shape: TableShape) -> list[QualifiedName]:
    """The tables of whose rows each may be referred to only so often, as a unique key has it."""
    return list(dict.fromkeys(key.references for key in shape.foreign_keys
                              if any(set(key.columns) & set(unique.columns) for unique in shape.uniques)))


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
    reasons, refused = [], []
    for special in found:
        reason = _store(connection, shape, special, plain)
        if reason is not None:
            reasons.append(reason)
        elif _is_bound(shape, special):
            refused.append(special)
    alone = (_store_alone(connection, shape, special, replace(draw, rows=_BASES))
             for special in refused[:_CHOSEN_AT_MOST])
    return (*reasons, *(reason for reason in alone if reason is not None))


def _store(connection: Connection, shape: TableShape, special: Special, plain: RowMaker) -> str | None:
    """Store the special row on plain ground; the words for what was stored, None if the table takes none of it."""
    for reason, cells in special.tries:
        bases = chain(plain.fresh(_BASES // 2), plain.others(0, Refusal("", frozenset())))
        if any(try_insert(connection, shape, [{**base, **cells}]) is None for base in bases):
            return reason
    return None


def _is_bound(shape: TableShape, special: Special) -> bool:
    """Whether a check binds the one cell that is special to other columns."""
    _, cells = special.tries[0]
    return len(cells) == 1 and any(len(check.columns) > 1 and cells.keys() <= set(check.columns)
                                   for check in shape.checks)


def _store_alone(connection: Connection, shape: TableShape, special: Special, draw: Draw) -> str | None:
    """The same where plain ground will not do: on ground that is chosen to go with the special cell."""
    ((name, text),) = special.tries[0][1].items()
    fixed = replace(shape, checks=(*shape.checks, _holds(shape.column(name), text)))
    ground = RowMaker(connection, fixed, draw, read_referenced(connection, shape))
    ground.remember(connection)
    return _store(connection, shape, replace(special, tries=special.tries[:1]), ground)


def _holds(column: ColumnShape, text: str | None) -> Check:
    """A check that the column holds this and nothing else."""
    name = quote_identifier(column.name)
    if text is None:
        return Check(name=column.name, expression_sql=f"{name} IS NULL", columns=(column.name,))
    literal = "'" + text.replace("'", "''") + "'"
    return Check(name=column.name, expression_sql=f"{name} = {literal}::{column.type.base.sql}", columns=(column.name,))
