"""Keep every table of a database on the spine filled as revisions come and go."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from harness.data.seed import SeedOutcome, count_rows, fill_columns, seed_tables
from harness.data.shapes import Shapes, TableShape
from harness.names import QualifiedName

_TOO_FEW_TO_REFER_TO = 3
"""A table that can take no row may need as many different ones to refer to."""

@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a database's tables looked like when they were last filled."""

    shapes: Shapes
    unfilled: frozenset[QualifiedName] = frozenset()
    """Tables that could not be filled, not tried again before something changes for them."""
    taken_out: bool = False
    """Whether rows were taken out since, so that any table may hold fewer."""
    held: Mapping[int, int] = field(default_factory=dict)
    """How many rows each table that was filled held then, by oid, counted up to what is wanted."""
    outcomes: tuple[SeedOutcome, ...] = ()
    """What the last filling did: one for each table it tried, but for those that it tried again in vain."""
    given: tuple[SeedOutcome, ...] = ()
    """The same for the rows that the team gives."""
    given_failed: tuple[tuple[str, str], ...] = ()
    """SQL files and functions of the team's that failed, each with the reason."""
    left_alone: frozenset[int] = frozenset()
    """Tables, by oid, that came with what they hold, be it nothing, and are not filled."""

    @property
    def filled(self) -> frozenset[QualifiedName]:
        """The tables that rows were put in."""
        return frozenset(name for name, shape in self.shapes.tables.items() if self.held.get(shape.oid))

    def shape_of_made(self, table: QualifiedName) -> TableShape | None:
        """The shape of ``table`` if its rows are neither the team's nor a dump's."""
        if table not in self.filled or any(outcome.table == table for outcome in self.given):
            return None
        shape = self.shapes.tables[table]
        return None if shape.oid in self.left_alone else shape


def fill(
    connection: psycopg.Connection, known: Filling | None, *, shapes: Shapes, touched: frozenset[int] | None,
    rows: int, seed: int,
) -> Filling:
    """Fill tables that are empty, those that lost rows which ``known`` put in, and columns that are new since.

    A table into which a revision or the team put rows keeps those and gets no others, unless another one can take no
    row otherwise: where a history says what a table holds, other rows would make it fail for no reason.
    ``shapes`` are the tables as they are now; ``touched`` the oids of relations touched since ``known``, None for any.
    The same state, ``known`` and ``seed`` give the same rows, so that two databases that went the same way agree.
    """
    known = known or Filling(shapes=Shapes())
    held = {shape.oid: _held(shape, known) for shape in shapes.tables.values()}
    counts = _count(connection, shapes, _may_hold_few(shapes, known, touched), rows)
    empty = frozenset(name for name, count in counts.items() if not count)
    few = {name: count for name, count in counts.items() if 0 < count < held[shapes.tables[name].oid]}
    columns = _new_columns(shapes, known, empty)
    later = _that_wait(columns, shapes, empty)
    at_once = {name: tuple(column for column in new if column not in later.get(name, ()))
               for name, new in columns.items()}
    changed = _fill_columns(connection, shapes, at_once, seed)
    unfilled = known.unfilled & empty
    wanted = [*few, *(name for name in empty if name not in unfilled or _changed(name, shapes, known))]
    outcomes = list(seed_tables(connection, shapes, only=wanted, held=few, rows=rows, seed=seed)) if wanted else []
    retry = unfilled - set(wanted)
    if retry and any(outcome.rows for outcome in (*changed, *outcomes)):  # what they refer to may have rows now
        outcomes += seed_tables(connection, shapes, only=retry, rows=rows, seed=seed)
    changed += _fill_columns(connection, shapes, later, seed)
    again = _with_more_to_refer_to(connection, shapes, outcomes, known.left_alone, rows=rows, seed=seed)
    changed = tuple({outcome.table: outcome for outcome in changed}.values())
    outcomes = list({outcome.table: outcome for outcome in (*outcomes, *again)}.values())
    still_empty = unfilled - {outcome.table for outcome in outcomes if outcome.rows}
    still_empty |= {outcome.table for outcome in outcomes if outcome.rows == 0}
    # What stays as it was found before is not told again of every revision that made it worth another try.
    outcomes = [outcome for outcome in outcomes if outcome.rows or outcome.table not in retry]
    counts = _count(connection, shapes, [outcome.table for outcome in outcomes], rows)
    held.update((shapes.tables[name].oid, count) for name, count in counts.items())
    return Filling(shapes=shapes, unfilled=frozenset(still_empty), outcomes=(*changed, *outcomes), held=held,
                   left_alone=known.left_alone)


def _fill_columns(
    connection: psycopg.Connection, shapes: Shapes, columns: Mapping[QualifiedName, tuple[str, ...]], seed: int
) -> tuple[SeedOutcome, ...]:
    wanted = {name: new for name, new in columns.items() if new}
    return fill_columns(connection, shapes, wanted, seed=seed) if wanted else ()


def _that_wait(
    columns: Mapping[QualifiedName, tuple[str, ...]], shapes: Shapes, empty: frozenset[QualifiedName]
) -> dict[QualifiedName, tuple[str, ...]]:
    """Of new ``columns`` those that refer to tables which are empty yet, as one that the same revision brought."""
    waiting = {name: {column for key in shapes.tables[name].foreign_keys if key.references in empty
                      for column in key.columns} for name in columns}
    return {name: tuple(column for column in new if column in waiting[name]) for name, new in columns.items()}


def _with_more_to_refer_to(
    connection: psycopg.Connection, shapes: Shapes, outcomes: Sequence[SeedOutcome], left_alone: frozenset[int],
    *, rows: int, seed: int,
) -> tuple[SeedOutcome, ...]:
    """Where tables could take no row and refer to hardly any, give them more to refer to and try again."""
    failed = {outcome.table for outcome in outcomes if outcome.rows == 0}
    referenced = {key.references for name in failed for key in shapes.tables[name].foreign_keys} - failed
    few = {name: count for name, count in count_rows(connection, sorted(referenced & shapes.tables.keys())).items()
           if 0 < count < min(_TOO_FEW_TO_REFER_TO, rows) and shapes.tables[name].oid not in left_alone}
    return seed_tables(connection, shapes, only=failed | few.keys(), held=few, rows=rows, seed=seed) if few else ()


def _held(shape: TableShape, known: Filling) -> int:
    """How many rows that were put in the table held, which may have been made anew under its name; 0 for any other."""
    earlier = known.shapes.tables.get(shape.name)
    return known.held.get(shape.oid) or (known.held.get(earlier.oid, 0) if earlier is not None else 0)


def _may_hold_few(shapes: Shapes, known: Filling, touched: frozenset[int] | None) -> list[QualifiedName]:
    """All tables that are to be filled but those that nobody has touched since they were."""
    names = [name for name, shape in shapes.tables.items() if shape.oid not in known.left_alone]
    if touched is None or known.taken_out:
        return names
    return [name for name in names if shapes.tables[name].oid in touched or name in known.unfilled
            or shapes.tables[name].oid not in known.shapes.by_oid]


def _count(
    connection: psycopg.Connection, shapes: Shapes, names: Sequence[QualifiedName], rows: int
) -> dict[QualifiedName, int]:
    """How many rows each of these tables holds, counted up to ``rows``."""
    if not names:
        return {}
    # The rows of a partitioned table are its partitions'; those of a table that others inherit from are its own.
    query = " UNION ALL ".join(
        f"SELECT {number}, count(*) FROM "
        f"(SELECT FROM {'' if shapes.tables[name].kind == 'p' else 'ONLY '}{name.sql} LIMIT {rows}) AS few"
        for number, name in enumerate(names)
    )
    return {names[number]: count for number, count in connection.execute(query.encode(), prepare=False).fetchall()}


def _new_columns(
    shapes: Shapes, known: Filling, empty: frozenset[QualifiedName]
) -> dict[QualifiedName, tuple[str, ...]]:
    by_oid = known.shapes.by_oid
    columns: dict[QualifiedName, tuple[str, ...]] = {}
    for name, shape in shapes.tables.items():
        earlier = by_oid.get(shape.oid)
        if earlier is None or earlier is shape or name in empty:
            continue
        seen = {column.attnum for column in earlier.columns}
        new = tuple(column.name for column in shape.columns if column.attnum not in seen)
        if new:
            columns[name] = new
    return columns


def _changed(name: QualifiedName, shapes: Shapes, known: Filling) -> bool:
    earlier: TableShape | None = known.shapes.tables.get(name)
    return earlier is None or dataclasses.astuple(earlier) != dataclasses.astuple(shapes.tables[name])
