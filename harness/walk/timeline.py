"""From readings of a table, one after each statement that changed it, to the statement that did something to it.

A statement did it when the rows or values were first then as they stayed to the end. Where what a statement took away
was kept aside and is brought back wrongly later, the statement that brings it back did it: what stands in the end then
tells rows apart that were alike in between.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property

from harness.data.compare import RowsDelta, compare_rows, with_plain_numbers
from harness.data.intact import under_names_of
from harness.data.rows import Row, TableRows
from harness.findings.facts import DoneBy
from harness.names import StepName

_RENAMES = re.compile(r"\balter\b.*\b(?:rename|set\s+schema)\b", re.IGNORECASE | re.DOTALL)

Value = str | None
_Values = Mapping[Row, Value]
"""A column's values by the key of their rows; a row or column that is not there has none."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One table after something had changed it."""

    step: StepName
    statement: str | None
    """None: nothing that is known."""
    location: str | None
    rows: TableRows | None
    """None: the table is not there."""


class Timeline:
    """One table over the steps of a trip, from the state before them."""

    def __init__(self, moments: Sequence[Moment], columns: Sequence[str] | None = None) -> None:
        """``columns`` narrows what is told apart to some columns of the first state."""
        first = moments[0].rows
        assert first is not None, "what is not there cannot be lost"
        self._moments = moments
        self._first = first
        self._columns = tuple(first.columns if columns is None else columns)
        self._states = [self._as_first(moment.rows) for moment in moments]

    @cached_property
    def delta(self) -> RowsDelta | None:
        """What the steps did in all; None: the table is gone."""
        return self._delta(self._states[-1])

    def keys_lost(self) -> frozenset[Row]:
        """The keys of the rows that are lost in the end."""
        return frozenset(self._by_key(self._states[0])) - frozenset(self._by_key(self._states[-1]))

    def keys_changed(self, column: str) -> frozenset[Row]:
        """The keys of the rows whose values of ``column`` differ in the end, or are gone with it."""
        first, last = (self._column_by_key(state, column) for state in (self._states[0], self._states[-1]))
        # In a column that is gone those values differ that were not NULL.
        return frozenset(key for key in first.keys() & self._by_key(self._states[-1]) if last.get(key) != first[key])

    def lost(self, among: Collection[Row] | None = None) -> tuple[DoneBy, ...]:
        """Which statements lost the rows that are lost in the end, or of them those with keys ``among`` these."""
        if not self._keyed:
            return self._first_time(lambda delta: len(delta.lost), len(self._first.rows))
        present = [frozenset(self._by_key(state)) for state in self._states]
        return self._told(self._when_lost(key, present) for key in self.keys_lost() if among is None or key in among)

    def added(self) -> tuple[DoneBy, ...]:
        """Which statements made the rows that are there in the end and were not before."""
        if not self._keyed:
            return self._first_time(lambda delta: len(delta.added), 0)
        present = [frozenset(self._by_key(state)) for state in self._states]
        return self._told(
            max(place for place in range(1, len(present)) if key in present[place] and key not in present[place - 1])
            for key in present[-1] - present[0]
        )

    def changed(self, column: str, among: Collection[Row] | None = None) -> tuple[DoneBy, ...]:
        """Which statements changed the values of ``column`` that differ in the end, or are gone with it.

        Where rows have keys, only of those with keys ``among`` these, if any are given.
        """
        if not self._keyed:
            return self._first_time(lambda delta: _rows_changed(delta, column), self._values_of(column))
        values = [self._column_by_key(state, column) for state in self._states]
        rows = values[0].keys() & self._by_key(self._states[-1])
        groups = [_in_groups(state, rows) for state in values]
        return self._told(self._origin(column, _when_changed(key, values, groups))
                          for key in self.keys_changed(column) if among is None or key in among)

    # ----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _keyed(self) -> bool:
        """Whether a row can be followed by its key."""
        key = set(self._first.key)
        if not key or not key <= set(self._columns):
            return False
        delta = self.delta
        return delta is None or (key <= set(delta.columns) and key.isdisjoint(item.column for item in delta.changed))

    def _as_first(self, rows: TableRows | None) -> TableRows | None:
        """``rows`` with the names that their columns had first, without others; a renamed column keeps its attnum."""
        return None if rows is None else with_plain_numbers(under_names_of(self._first, rows, self._columns))

    def _delta(self, state: TableRows | None) -> RowsDelta | None:
        assert self._states[0] is not None
        return None if state is None else compare_rows(self._states[0], state)

    def _by_key(self, state: TableRows | None) -> dict[Row, Row]:
        if state is None or not set(self._first.key) <= set(state.columns):
            return {}
        places = [state.columns.index(name) for name in self._first.key]
        return {tuple(row[place] for place in places): row for row in state.rows}

    def _column_by_key(self, state: TableRows | None, column: str) -> dict[Row, Value]:
        if state is None or column not in state.columns:
            return {}
        place = state.columns.index(column)
        return {key: row[place] for key, row in self._by_key(state).items()}

    def _values_of(self, column: str) -> int:
        assert self._states[0] is not None
        place = self._states[0].columns.index(column)
        return sum(row[place] is not None for row in self._states[0].rows)

    def _when_lost(self, key: Row, present: Sequence[frozenset[Row]]) -> int:
        left = max(place for place in range(1, len(present)) if key in present[place - 1] and key not in present[place])
        went_together = present[left - 1] - present[left]
        back = [place for place in range(left + 1, len(present))
                if went_together & present[-1] & (present[place] - present[place - 1])]
        if back and not _RENAMES.search(self._moments[back[-1]].statement or ""):
            return back[-1]
        return left

    def _origin(self, column: str, place: int) -> int:
        """Where a column has come by a rename, the statement that last wrote its values under the name before."""
        rows = self._moments[place].rows
        state = self._states[place]
        if not _RENAMES.search(self._moments[place].statement or "") or rows is None or state is None:
            return place
        if column not in state.columns:
            return place
        attnum = state.attnums[state.columns.index(column)]
        values = [_values_by_attnum(moment.rows, rows.oid, attnum) for moment in self._moments[:place + 1]]
        wrote = [at for at in range(1, place + 1) if values[at] != values[at - 1]]
        return wrote[-1] if wrote else place

    def _first_time(self, size: Callable[[RowsDelta], int | None], all_rows: int) -> tuple[DoneBy, ...]:
        """By the table as a whole: the first moment with something amiss, no more than in the end, and ever since."""
        sizes = []
        for state in self._states:
            delta = self._delta(state)
            known = size(delta) if delta is not None else None
            sizes.append(all_rows if known is None else known)
        if not sizes[-1]:
            return ()
        since = next(place for place in range(len(sizes)) if all(sizes[place:]) and sizes[place] <= sizes[-1])
        return self._told([since] * sizes[-1]) if since else ()

    def _told(self, places: Iterable[int]) -> tuple[DoneBy, ...]:
        """The statements at these places, one for each row concerned; none if for most of them none is known.

        One that was sent again and again from the same line is told once.
        """
        counted = Counter((moment.step, moment.statement, moment.location)
                          for moment in (self._moments[place] for place in sorted(places)))
        found: list[DoneBy] = []
        for (step, statement, location), rows in counted.most_common():
            if statement is not None:
                found.append(DoneBy(step=step, statement=statement, location=location, rows=rows))
            elif not found:
                return ()
        return tuple(found)


def _rows_changed(delta: RowsDelta, column: str) -> int | None:
    """How many values differ; None: the column is gone."""
    if column not in delta.columns:
        return None
    return sum(change.rows for change in delta.changed if change.column == column)


def _in_groups(values: _Values, rows: Iterable[Row]) -> dict[Hashable, list[Row]]:
    """The rows that cannot be told apart by ``values``."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for key in rows:
        groups[(values[key],) if key in values else ()].append(key)
    return groups


def _when_changed(key: Row, values: Sequence[_Values], groups: Sequence[Mapping[Hashable, Sequence[Row]]]) -> int:
    """The place at which the value of one row became what it is in the end, or was lost for good."""
    place = 0
    for at in range(1, len(values)):
        if _value(values[at], key) == _value(values[at - 1], key):
            continue
        place = at
        now = _value(values[at], key)
        alike = groups[at][now]
        tells_all = len({_value(values[-1], other) for other in alike}) == 1
        lossy = now == () or len({_value(values[0], other) for other in alike}) > 1
        for_good = all(_value(later, key) != _value(values[0], key) for later in values[at:])
        if for_good and tells_all and (lossy or _much_the_same(now, _value(values[-1], key))):
            return at
    return place


def _value(values: _Values, key: Row) -> tuple[Value, ...]:
    return (values[key],) if key in values else ()


def _much_the_same(one: tuple[Value, ...], other: tuple[Value, ...]) -> bool:
    """Whether two values are one in another type's words: ``1`` and ``1.00``, a day and its midnight."""
    if one == other:
        return True
    if not one or not other or one[0] is None or other[0] is None:
        return False
    left, right = one[0].rstrip(), other[0].rstrip()
    if left.startswith(right) or right.startswith(left):
        return True
    try:
        return Decimal(left) == Decimal(right)
    except InvalidOperation:
        return False


def _values_by_attnum(rows: TableRows | None, oid: int, attnum: int) -> Counter[Row] | None:
    """The key and the value of a column that may not have had its name yet; None where it is not there."""
    if rows is None or rows.oid != oid or attnum not in rows.attnums:
        return None
    places = [*(rows.columns.index(name) for name in rows.key), rows.attnums.index(attnum)]
    return Counter(tuple(row[place] for place in places) for row in rows.rows)
