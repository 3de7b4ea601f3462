"""Which columns of a table get new values when its rows are repeated, so that no two rows agree where they must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from harness.data.fresh_values import ENDLESS, Fresh, fresh_values
from harness.data.shapes import ColumnShape, ForeignKey, TableShape, named_in

_STRIDE = 7919
"""A prime, so that the rows of a table are spread over all that they may refer to."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of several values the row of each number takes."""

    sql: str
    """An expression of ``$n``, from 0 to one less than there are values."""
    then_null_from: int | None = None
    """The number of the row from which on there is nothing more to take; such rows get NULL, as often as wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePlan:
    """How the rows of one table differ from those that they repeat; other columns are repeated as they are."""

    fresh: Mapping[str, tuple[Fresh, ...]] = field(default_factory=dict)
    """Columns that get values of their own, with the ways to make them."""
    turns: Mapping[str, Turn] = field(default_factory=dict)
    """Foreign keys, by name, whose columns take the keys of rows that they refer to."""
    picks: Mapping[str, Turn] = field(default_factory=dict)
    """Columns that take one of the values that they have in the repeated rows."""
    capacity: int = ENDLESS
    """How many rows can differ so."""
    scarce: tuple[str, ...] = ()
    """The columns that set this limit."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """Columns that are given a value together, and how many values there are."""

    key: str | None
    """The foreign key that they are of; None for a single column."""
    columns: tuple[str, ...]
    size: int


def plan_table(
    shape: TableShape, columns: Sequence[ColumnShape], parents: Mapping[str, int], values: Mapping[str, int]
) -> TablePlan:
    """Plan the rows of a table.

    ``columns`` are those that a row names; ``parents`` says how many rows each foreign key can be spread over, by its
    name, and ``values`` how many different values each column holds now.
    """
    planner = _Planner(shape, columns, parents, values)
    for unique in shape.uniques:
        if unique.plain and not unique.without_overlaps:
            planner.tell_apart(unique.columns, nulls_count=unique.nulls_not_distinct)
        else:
            planner.tell_apart(unique.reads)
    for exclusion in shape.exclusions:
        planner.tell_apart(exclusion.columns)
    return planner.plan()


class _Planner:
    """Gathers what each constraint asks for."""

    def __init__(
        self, shape: TableShape, columns: Sequence[ColumnShape], parents: Mapping[str, int], values: Mapping[str, int]
    ) -> None:
        self._shape = shape
        self._columns = {column.name: column for column in columns}
        self._parents = parents
        self._values = values
        self._keys = {key.name: key for key in shape.foreign_keys}
        self._referring = {name for key in shape.foreign_keys for name in key.columns}
        self._fresh: dict[str, tuple[Fresh, ...]] = {}
        self._turns = {name: Turn(f"($n * {_STRIDE} + {number}) % {size}")
                       for number, (name, size) in enumerate(parents.items())}
        self._picks: dict[str, Turn] = {}
        self._capacity = ENDLESS
        self._scarce: tuple[str, ...] = ()

    def tell_apart(self, reads: Sequence[str], *, nulls_count: bool | None = None) -> None:
        """See to it that no two rows agree in all of these columns.

        ``nulls_count``: whether two NULL agree; None where only the server can tell when two rows do.
        """
        if any(name in self._fresh for name in reads):
            return
        if nulls_count is not None and any(self._is_numbered(name) for name in reads):
            return
        ways = {name: fresh_values(self._columns[name].type) for name in reads if self._may_be_fresh(name)}
        best = max((name for name in ways if ways[name]), key=lambda name: self._preference(name, ways[name]),
                   default=None)
        if best is not None:
            self._fresh[best] = ways[best]
        elif nulls_count is not None:
            self._take_turns(reads, nulls_count=nulls_count)

    def plan(self) -> TablePlan:
        """What all of them came to."""
        return TablePlan(fresh=self._fresh, turns=self._turns, picks=self._picks, capacity=self._capacity,
                         scarce=self._scarce)

    def _is_numbered(self, name: str) -> bool:
        """Whether a sequence gives every row a value of its own."""
        return name not in self._columns and not self._shape.column(name).generated

    def _may_be_fresh(self, name: str) -> bool:
        return name in self._columns and name not in self._referring and name not in self._picks

    def _preference(self, name: str, ways: Sequence[Fresh]) -> tuple[bool, bool, int]:
        """First what decides no partition, then what no check binds to other columns, then what has most values."""
        decides = any(named_in(demand, [name]) for demand in self._shape.partitions)
        bound = any(name in check.columns and len(check.columns) > 1 for check in self._shape.checks)
        return not decides, not bound, ways[0].capacity

    def _take_turns(self, reads: Sequence[str], *, nulls_count: bool) -> None:
        """Combine the few values that there are, each with each; then NULL, where it agrees with nothing."""
        units = sorted(self._units(reads), key=lambda unit: -unit.size)
        capacity = prod(unit.size for unit in units)
        nullable = next((unit for unit in units if not nulls_count and self._takes_null(unit)), None)
        before: list[str] = []
        passed = 1
        for unit in units:
            # Each turn runs through all combinations of the ones before it, and is shifted by them: a row that refers
            # to the next of the larger table refers to the next of the smaller one, too.
            turn = Turn(f"({' + '.join([f'$n / {passed}', *before])}) % {unit.size}",
                        capacity if unit is nullable else None)
            if unit.key is not None:
                self._turns[unit.key] = turn
            else:
                self._picks[unit.columns[0]] = turn
            before.append(turn.sql)
            passed *= unit.size
        if units and nullable is None and capacity < self._capacity:
            self._capacity, self._scarce = capacity, tuple(reads)

    def _takes_null(self, unit: _Unit) -> bool:
        return all(name in self._columns and not self._columns[name].not_null for name in unit.columns)

    def _units(self, reads: Sequence[str]) -> Iterator[_Unit]:
        covered: set[str] = set()
        for name, size in self._parents.items():
            key: ForeignKey = self._keys[name]
            if set(key.columns) & set(reads):
                covered |= set(key.columns)
                yield _Unit(name, key.columns, size)
        composite = {name for key in self._shape.foreign_keys if len(key.columns) > 1 for name in key.columns}
        for name in reads:
            if name in self._columns and name not in covered | composite and self._values.get(name):
                yield _Unit(None, (name,), self._values[name])
