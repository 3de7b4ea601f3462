"""Keep every table of a database on the spine filled as revisions come and go."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from harness.data.seed import SeedOutcome, add_rows, count_rows, fill_columns, seed_tables
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
    """Whether rows were taken out since, so that any table may be empty."""
    outcomes: tuple[SeedOutcome, ...] = ()
    """What the last filling did: one for each table it tried."""
    given: tuple[SeedOutcome, ...] = ()
    """The same for the rows that the team gives."""
    given_failed: tuple[tuple[str, str], ...] = ()
    """SQL files and functions of the team's that failed, each with the reason."""
    left_alone: frozenset[int] = frozenset()
    """Tables, by oid, that came with what they hold, be it nothing, and are not filled."""


def fill(
    connection: psycopg.Connection, known: Filling | None, *, shapes: Shapes, touched: frozenset[int] | None,
    rows: int, seed: int,
) -> Filling:
    """Fill the tables that are empty and the columns that are new since ``known``.

    ``shapes`` are the tables as they are now; ``touched`` the oids of relations touched since ``known``, None for any.
    The same state, ``known`` and ``seed`` give the same rows, so that two databases that went the same way agree.
    """
    left_alone = known.left_alone if known is not None else frozenset()
    may_be_empty = [name for name in _may_be_empty(shapes, known, touched) if shapes.tables[name].oid not in left_alone]
    empty = frozenset(_empty_tables(connection, shapes, may_be_empty))
    columns = _new_columns(shapes, known, empty)
    outcomes = list(fill_columns(connection, shapes, columns, seed=seed)) if columns else []
    unfilled = known.unfilled & empty if known is not None else frozenset()
    wanted = [name for name in empty if name not in unfilled or _changed(name, shapes, known)]
    outcomes += seed_tables(connection, shapes, only=wanted, rows=rows, seed=seed) if wanted else ()
    retry = unfilled - set(wanted)
    if retry and any(outcome.rows for outcome in outcomes):  # a referenced table may have its first rows now
        outcomes += seed_tables(connection, shapes, only=retry, rows=rows, seed=seed)
    outcomes = _with_more_to_refer_to(connection, shapes, outcomes, left_alone, rows=rows, seed=seed)
    still_empty = unfilled - {outcome.table for outcome in outcomes if outcome.rows}
    still_empty |= {outcome.table for outcome in outcomes if outcome.rows == 0}
    return Filling(shapes=shapes, unfilled=frozenset(still_empty), outcomes=tuple(outcomes), left_alone=left_alone)


def _with_more_to_refer_to(
    connection: psycopg.Connection, shapes: Shapes, outcomes: list[SeedOutcome], left_alone: frozenset[int],
    *, rows: int, seed: int,
) -> list[SeedOutcome]:
    """Where tables could take no row and refer to hardly any, give them more to refer to and try again."""
    failed = [outcome.table for outcome in outcomes if outcome.rows == 0]
    referenced = {key.references for name in failed for key in shapes.tables[name].foreign_keys} - set(failed)
    few = [name for name, count in count_rows(connection, sorted(referenced & shapes.tables.keys())).items()
           if 0 < count < min(_TOO_FEW_TO_REFER_TO, rows) and shapes.tables[name].oid not in left_alone]
    if not few:
        return outcomes
    add_rows(connection, shapes, few, rows=rows, seed=seed)
    again = {outcome.table: outcome for outcome in seed_tables(connection, shapes, only=failed, rows=rows, seed=seed)}
    return [again.get(outcome.table, outcome) for outcome in outcomes]


def _may_be_empty(shapes: Shapes, known: Filling | None, touched: frozenset[int] | None) -> list[QualifiedName]:
    """All tables but those that held rows when they were filled last and that nobody has touched since."""
    if known is None or touched is None or known.taken_out:
        return list(shapes.tables)
    return [name for name, shape in shapes.tables.items()
            if shape.oid in touched or shape.oid not in known.shapes.by_oid or name in known.unfilled]


def _empty_tables(
    connection: psycopg.Connection, shapes: Shapes, names: Sequence[QualifiedName]
) -> list[QualifiedName]:
    if not names:
        return []
    # The rows of a partitioned table are its partitions'; those of a table that others inherit from are its own.
    query = " UNION ALL ".join(
        f"SELECT {number} WHERE NOT EXISTS (SELECT FROM {'' if shapes.tables[name].kind == 'p' else 'ONLY '}{name.sql})"
        for number, name in enumerate(names)
    )
    return [names[number] for (number,) in connection.execute(query.encode(), prepare=False).fetchall()]


def _new_columns(
    shapes: Shapes, known: Filling | None, empty: frozenset[QualifiedName]
) -> dict[QualifiedName, tuple[str, ...]]:
    if known is None:
        return {}
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


def _changed(name: QualifiedName, shapes: Shapes, known: Filling | None) -> bool:
    earlier: TableShape | None = known.shapes.tables.get(name) if known is not None else None
    return earlier is None or dataclasses.astuple(earlier) != dataclasses.astuple(shapes.tables[name])
