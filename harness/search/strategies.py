"""Rows for a few tables as Hypothesis strategies: plain first, so that what shrinks ends plain.

Of what the columns may hold the server has the last word: a row that it refuses is no example.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from harness.data.rows import Connection
from harness.data.seed import read_referenced
from harness.data.seed_checks import Values
from harness.data.seed_choices import choose
from harness.data.seed_draw import Draw
from harness.data.seed_order import parents_first
from harness.data.shapes import ColumnShape, ForeignKey, Shapes, TableShape
from harness.data.values import strategy_of
from harness.names import QualifiedName
from harness.search.examples import Example, NewRow
from harness.search.literals import Mined, Named, values_near

_ROWS_AT_MOST = 3
_CHOICES = 16
"""Rows' worth of choices that are made of each column."""
_FIRST_KEY = 1_000_000
"""Where keys that a row must name start, so that no sequence has given them out."""

_Cells = Values | None
"""Values of a part's columns; None: they take their defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Columns that are chosen together."""

    columns: tuple[str, ...]
    any: st.SearchStrategy[_Cells]
    near: st.SearchStrategy[_Cells]
    """Of what the revision names, as far as that goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How the rows of one table are made."""

    shape: TableShape
    parts: tuple[_Part, ...]
    inner: tuple[ForeignKey, ...]
    """Foreign keys to tables that rows are made for."""
    numbered: tuple[str, ...]
    """Columns that a sequence numbers and rows refer to; they are numbered here."""
    apart: frozenset[str]
    """Columns in which no two rows agree."""


def rows_strategy(
    connection: Connection, shapes: Shapes, tables: Collection[QualifiedName], mined: Mined, *, seed: int
) -> st.SearchStrategy[Example]:
    """At least one and mostly few rows for these tables.

    They may refer to each other and to whatever the other tables hold now.
    """
    order = parents_first(shapes, tables)
    plans = tuple(_plan(connection, shapes, shapes.tables[name], frozenset(order), mined, seed) for name in order)
    return _examples(plans)


@st.composite
def _examples(draw: st.DrawFn, plans: tuple[_Plan, ...]) -> Example:
    near = draw(st.booleans())
    rows: list[NewRow] = []
    for plan in plans:
        for number in range(_ROWS_AT_MOST):
            needed = plan is plans[-1] and not rows
            row = draw(_next_row(plan, tuple(rows), number, near=near, needed=needed))
            if row is None:
                break
            rows.append(row)
    return tuple(_without_needless(plans, row) for row in rows)


@st.composite
def _next_row(
    draw: st.DrawFn, plan: _Plan, rows: tuple[NewRow, ...], number: int, *, near: bool, needed: bool
) -> NewRow | None:
    """One more row; None where there are enough, or where it must refer to a row and there is none."""
    # Drawn for each row whether it matters or not: any of them can be taken out of what was drawn, to shrink it.
    more, twin = draw(st.booleans()), draw(st.booleans()) and number > 0
    if not more and not needed:
        return None
    cells: dict[str, str | None] = {name: str(_FIRST_KEY + number + 1) for name in plan.numbered}
    last = dict(rows[-1].cells) if number else {}
    for part in plan.parts:
        if twin and not plan.apart & set(part.columns):
            cells.update((name, last[name]) for name in part.columns if name in last)
            continue
        values = draw(part.near if near else part.any)
        if values is not None:
            cells.update(zip(part.columns, values, strict=True))
    for key in plan.inner:
        nullable = all(not plan.shape.column(name).not_null for name in key.columns)
        there = [tuple(dict(row.cells).get(name) for name in key.referenced_columns)
                 for row in rows if row.table == key.references]
        choices = ([None] if nullable else []) + [values for values in there if None not in values]
        if not choices:
            return None
        chosen = draw(st.sampled_from(choices))
        if chosen is not None:
            cells.update(zip(key.columns, chosen, strict=True))
    return NewRow(plan.shape.name, tuple(
        (column.name, cells[column.name]) for column in plan.shape.columns if column.name in cells))


def _without_needless(plans: Sequence[_Plan], row: NewRow) -> NewRow:
    """The row without NULLs that it would hold anyway."""
    shape = next(plan.shape for plan in plans if plan.shape.name == row.table)
    return NewRow(row.table, tuple(
        (name, value) for name, value in row.cells if value is not None or shape.column(name).has_default))


def _plan(
    connection: Connection, shapes: Shapes, shape: TableShape, tables: frozenset[QualifiedName], mined: Mined, seed: int
) -> _Plan:
    inner = tuple(key for key in shape.foreign_keys if key.references in tables)
    referring = {name for key in inner for name in key.columns}
    referred = {name for other in tables for key in shapes.tables[other].foreign_keys
                if key.references == shape.name for name in key.referenced_columns}
    numbered = tuple(column.name for column in shape.columns if column.numbered and column.name in referred)
    columns = [column for column in shape.columns
               if not column.generated and not column.numbered and column.name not in referring]
    outer: Mapping[str, Sequence[Values]] = {
        name: values for name, values in read_referenced(connection, shape).items()
        if name not in {key.name for key in inner}}
    demand = shape.partitions[0] if shape.partitions else ""
    groups = choose(connection, shape, columns, Draw(seed=seed, first=0, rows=_CHOICES), outer, partition=demand)
    bound = {name for key in shape.foreign_keys for name in key.columns}
    parts = tuple(
        _part(connection, shape, [shape.column(name) for name in group.columns], group.choices, mined,
              forced=bool(referred & set(group.columns)), free=not bound & set(group.columns),
              listed=bool(group.labels))
        for group in groups)
    apart = {name for unique in shape.uniques if len(unique.reads) == 1 for name in unique.reads}
    return _Plan(shape=shape, parts=parts, inner=inner, numbered=numbered, apart=frozenset(apart))


def _part(
    connection: Connection, shape: TableShape, columns: Sequence[ColumnShape], choices: Sequence[Values], mined: Mined,
    *, forced: bool, free: bool, listed: bool,
) -> _Part:
    """``forced``: rows refer to it; ``free``: it refers to no row; ``listed``: the choices are all that it can hold."""
    names = tuple(column.name for column in columns)
    branches: list[st.SearchStrategy[_Cells]] = []
    if not forced and all(column.has_default or not column.not_null for column in columns):
        branches.append(st.none())
    branches.append(st.sampled_from(list(choices)))
    near: st.SearchStrategy[_Cells] | None = None
    if free:
        named = [values_near(connection, column, shape.checks, mined) for column in columns]
        if any(values.near for values in named):
            near = st.tuples(*(_near(values, list(dict.fromkeys(choice[place] for choice in choices)))
                               for place, values in enumerate(named)))
            branches.append(near)
        wide = strategy_of(columns[0].type) if len(columns) == 1 and not listed else None
        if wide is not None:
            branches.append(wide.map(lambda value: (value,)))
    return _Part(columns=names, any=st.one_of(branches), near=st.one_of(branches) if near is None else near)


def _near(named: Named, others: Sequence[str | None]) -> st.SearchStrategy[str | None]:
    """As often a value that the column is compared with as any other."""
    values = st.sampled_from(named.near or others)
    return st.sampled_from(named.compared) | values if named.compared else values
