"""Compare two states of a table and say what happened to its rows, in the words a person would use.

Rows are told apart by the primary key where both states have the same one, as a multiset where not. What is then left
over on both sides is paired where the pairs are evidently the same rows: a key that was renumbered, of all rows or of
those that are left, or a text that was cut short in a table without a key, is values changed, not rows lost and others
left behind. Every choice is made from sorted rows and is its own mirror image, so comparing the other way round gives
the mirrored delta.

Values are compared as their texts, those of numeric columns as numbers: 1.50 is 1.5, to PostgreSQL too. They are shown
as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.data.json_alike import Alike, alike
from harness.data.rows import Row, TableRows, place_in_order
from harness.names import QualifiedName, show_identifier

_WIDE = 16
"""As many columns of a row are all shown."""
_OF_A_WIDE_ROW = 12
SAMPLES = 5
"""Examples kept of each changed column."""

PAIRING_LIMIT = 200
"""Rows left over on each side up to which the most similar pairs are searched: the search is quadratic."""

SHOWN_CHARACTERS = 60
"""Characters of a value that are shown to a person."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")

_ENDS = {
    "infinity": re.compile(r"9999-12-31\b|10000-01-01\b"),
    "-infinity": re.compile(r"0001-01-01\b|0001-12-31\b.* BC\Z"),
}
"""The days of the last and the first moment, in any time zone, by what psycopg2 and asyncpg read as that moment."""

Pair = tuple[Row, Row]

_Shown = Mapping[Row, Row]
"""Rows as they are written, by the same rows as they are compared, where the two are not the same."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of one row that differs."""

    key: str
    """What identifies the row in the first state, for example ``id=3``; empty for a table without a primary key."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column whose values differ in rows that are in both states."""

    column: str
    rows: int
    samples: tuple[ValueChange, ...]
    least_alike: Alike = field(default=Alike.OTHERWISE, compare=False)
    """How much the two values of each row have in common as JSON; not looked at where rows are compared on a server."""
    only_infinite: bool = field(default=False, compare=False)
    """Whether each value was an infinite date or time and is the last or first that Python has; not looked at there."""


@dataclass(frozen=True, slots=True)
class RowsDelta:
    """How the rows of one table differ between two states; falsy when they do not.

    ``rows_before - rows_lost + rows_added == rows_after``; each row in ``lost`` and ``added`` has a value for each of
    ``columns``.
    """

    table: QualifiedName
    columns: tuple[str, ...]
    """The columns compared, in the order of the first state."""
    rows_before: int
    rows_after: int
    lost: tuple[Row, ...] = ()
    added: tuple[Row, ...] = ()
    changed: tuple[ColumnChange, ...] = ()
    rows_changed: int = 0
    """Rows of both states in which at least one value differs."""
    key: tuple[str, ...] = ()
    """Columns of the primary key by which the changed rows are told, in the order of ``columns``; may be empty."""
    more_lost: int = 0
    """Lost rows beside those in ``lost``, which then are the first of them: many are counted, and not kept."""
    more_added: int = 0
    """The same of the added ones."""

    @property
    def rows_lost(self) -> int:
        """How many rows of the first state are not in the second."""
        return len(self.lost) + self.more_lost

    @property
    def rows_added(self) -> int:
        """How many rows of the second state are not in the first."""
        return len(self.added) + self.more_added

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.lost or self.added or self.changed)


@dataclass(slots=True)
class _Matching:
    """Rows of two states put side by side; equal rows are in none of the fields."""

    lost: list[Row] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)


def compare_rows(before: TableRows, after: TableRows, *, columns: Collection[str] | None = None) -> RowsDelta:
    """Compare two states of one table over the columns that both have, matched by name.

    ``columns`` narrows the comparison; names in it that are not in both states are passed over.
    """
    common = tuple(name for name in before.columns if name in after.columns and (columns is None or name in columns))
    numbers = [place for place, name in enumerate(common) if name in before.numbers & after.numbers]
    before_rows, before_shown = _with_plain_numbers(_project(before, common), numbers)
    after_rows, after_shown = _with_plain_numbers(_project(after, common), numbers)
    sizes = (len(before_rows), len(after_rows))
    if before_rows == after_rows:
        return RowsDelta(before.table, common, *sizes)
    same_key = bool(before.key) and set(before.key) == set(after.key) <= set(common)
    key = tuple(position for position, name in enumerate(common) if name in before.key) if same_key else ()
    matching = _match_by_key(before_rows, after_rows, key) if key else None
    if matching is None:
        matching, key = _match_as_multiset(before_rows, after_rows), ()
    return RowsDelta(
        before.table, common, *sizes,
        lost=tuple(before_shown.get(row, row) for row in _in_order(matching.lost, key)),
        added=tuple(after_shown.get(row, row) for row in _in_order(matching.added, key)),
        changed=_changes(matching.changed, common, key, before_shown, after_shown),
        rows_changed=len(matching.changed),
        key=tuple(common[position] for position in key) if matching.changed else (),
    )


def _project(state: TableRows, columns: Sequence[str]) -> tuple[Row, ...]:
    if tuple(columns) == state.columns:
        return state.rows
    positions = [state.columns.index(column) for column in columns]
    return tuple(tuple(row[position] for position in positions) for row in state.rows)


def with_plain_numbers(state: TableRows) -> TableRows:
    """The state with its numbers written as the same number always is."""
    places = [place for place, name in enumerate(state.columns) if name in state.numbers]
    return replace(state, rows=_with_plain_numbers(state.rows, places)[0]) if places else state


def _with_plain_numbers(rows: tuple[Row, ...], places: Sequence[int]) -> tuple[tuple[Row, ...], _Shown]:
    """The rows with the numbers at these places written as the same number always is, and how they were written."""
    if not places:
        return rows, {}
    plain = tuple(tuple(_plain(value) if place in places else value for place, value in enumerate(row)) for row in rows)
    return plain, {row: written for row, written in zip(plain, rows, strict=True) if row != written}


def _plain(number: str | None) -> str | None:
    """A numeric without zeros at the end of its fraction, as trim_scale has it; NaN and infinities as they are."""
    return number.rstrip("0").rstrip(".") if number is not None and "." in number else number


def _match_by_key(before: Sequence[Row], after: Sequence[Row], key: Sequence[int]) -> _Matching | None:
    """Match by key; None where a key repeats, which no primary key does."""
    before_by_key = {_at(row, key): row for row in before}
    after_by_key = {_at(row, key): row for row in after}
    if len(before_by_key) != len(before) or len(after_by_key) != len(after):
        return None
    matching = _Matching()
    for value, row in before_by_key.items():
        if value not in after_by_key:
            matching.lost.append(row)
        elif row != after_by_key[value]:
            matching.changed.append((row, after_by_key[value]))
    matching.added = [row for value, row in after_by_key.items() if value not in before_by_key]
    return _with_changed_keys(matching, key)


def _with_changed_keys(matching: _Matching, key: Sequence[int]) -> _Matching:
    """Where rows were lost and others added, see whether they are the same rows under other keys."""
    lost, added, changed = matching.lost, matching.added, matching.changed
    if not lost or not added:
        return matching
    if len(lost) != len(added):
        return _with_pairs(matching, _pair_fewer(lost, added, key))
    rest = [position for position in range(len(lost[0])) if position not in key]
    if not rest:
        return _with_pairs(matching, _pair(lost, added))
    # Keys may have moved along (1, 2, 3 became 2, 3, 4): taken by key, nearly every value of every row would differ.
    pairs = _pair_by(rest, lost + [row for row, _ in changed], added + [row for _, row in changed])
    if pairs is not None:
        return _Matching(changed=pairs)
    pairs = _pair_by(rest, lost, added)
    return matching if pairs is None else _with_pairs(matching, pairs)


def _pair_fewer(lost: Sequence[Row], added: Sequence[Row], key: Sequence[int]) -> list[Pair]:
    """Pair all rows of the side that has fewer, each by the other columns with the one row that can be it; or none."""
    rest = [position for position in range(len(lost[0])) if position not in key]
    by_rest = [_in_groups(rows, rest) for rows in (lost, added)]
    fewer = min(by_rest, key=lambda groups: sum(map(len, groups.values())))
    pairs = []
    for values in fewer:
        one, other = (groups.get(values, []) for groups in by_rest)
        if len(one) != 1 or len(other) != 1 or all(value is None for value in values):
            return []
        pairs.append((one[0], other[0]))
    return pairs


def _in_groups(rows: Sequence[Row], positions: Sequence[int]) -> dict[Row, list[Row]]:
    groups: dict[Row, list[Row]] = {}
    for row in rows:
        groups.setdefault(_at(row, positions), []).append(row)
    return groups


def _match_as_multiset(before: Sequence[Row], after: Sequence[Row]) -> _Matching:
    before_counts, after_counts = Counter(before), Counter(after)
    lost = list((before_counts - after_counts).elements())
    added = list((after_counts - before_counts).elements())
    matching = _Matching(lost, added)
    return _with_pairs(matching, _pair(lost, added)) if lost and len(lost) == len(added) else matching


def _with_pairs(matching: _Matching, pairs: list[Pair]) -> _Matching:
    """Move paired rows from the lost and added ones to the changed ones."""
    lost = Counter(matching.lost) - Counter(before for before, _ in pairs)
    added = Counter(matching.added) - Counter(after for _, after in pairs)
    return _Matching(list(lost.elements()), list(added.elements()), matching.changed + pairs)


def _pair(lost: Sequence[Row], added: Sequence[Row]) -> list[Pair]:
    """Pair as many lost rows with as many added ones where they are evidently the same rows."""
    width = len(lost[0])
    differing = {at for at in range(width) if Counter(row[at] for row in lost) != Counter(row[at] for row in added)}
    # First those columns whose values as a whole differ, then each alone (its values may have been swapped around).
    for suspects in (differing, *({at} for at in range(width))):
        rest = [at for at in range(width) if at not in suspects]
        pairs = _pair_by(rest, lost, added) if rest or width == 1 else None
        if pairs is not None and all(_same_row(before, after) for before, after in pairs):
            return pairs
    return _pair_most_similar(lost, added) if len(lost) <= PAIRING_LIMIT else []


def _pair_by(positions: Sequence[int], lost: Sequence[Row], added: Sequence[Row]) -> list[Pair] | None:
    """Pair rows that are equal at these positions; None where not every row has its partner."""
    if Counter(_at(row, positions) for row in lost) != Counter(_at(row, positions) for row in added):
        return None
    sides = (sorted(rows, key=lambda row: place_in_order(_at(row, positions) + row)) for rows in (lost, added))
    return [(before, after) for before, after in zip(*sides, strict=True) if before != after]


def _pair_most_similar(lost: Sequence[Row], added: Sequence[Row]) -> list[Pair]:
    """Pair greedily by the number of equal values, most first."""
    lost, added = sorted(lost, key=place_in_order), sorted(added, key=place_in_order)
    candidates = sorted(
        (-sum(x == y for x, y in zip(before, after, strict=True)), i, j)
        for i, before in enumerate(lost) for j, after in enumerate(added) if _same_row(before, after)
    )
    pairs: list[Pair] = []
    free_lost, free_added = set(range(len(lost))), set(range(len(added)))
    for _, i, j in candidates:
        if i in free_lost and j in free_added:
            free_lost.remove(i)
            free_added.remove(j)
            pairs.append((lost[i], added[j]))
    return pairs


def _same_row(before: Row, after: Row) -> bool:
    """Whether a person would call these one row: one value differs, or some value that is not NULL is shared."""
    values = list(zip(before, after, strict=True))
    return sum(x != y for x, y in values) == 1 or any(x is not None and x == y for x, y in values)


def _changes(
    pairs: Sequence[Pair], columns: Sequence[str], key: Sequence[int], before_shown: _Shown, after_shown: _Shown
) -> tuple[ColumnChange, ...]:
    ordered = sorted(pairs, key=lambda pair: place_in_order(_at(pair[0], key) + pair[0] + pair[1]))
    changes = []
    for position, column in enumerate(columns):
        differing = [(before_shown.get(before, before), after_shown.get(after, after))
                     for before, after in ordered if before[position] != after[position]]
        samples = tuple(
            ValueChange(describe_key(before, columns, key), before[position], after[position])
            for before, after in differing[:SAMPLES]
        )
        if differing:
            pairs_of_values = [(before[position], after[position]) for before, after in differing]
            changes.append(ColumnChange(column, len(differing), samples, _least_alike(pairs_of_values),
                                        all(_is_read_as_infinite(*pair) for pair in pairs_of_values)))
    return tuple(changes)


def _least_alike(pairs: Iterable[tuple[str | None, str | None]]) -> Alike:
    least = Alike.DOCUMENT
    for before, after in pairs:
        least = min(least, alike(before, after))
        if least is Alike.OTHERWISE:
            break
    return least


def _is_read_as_infinite(before: str | None, after: str | None) -> bool:
    """Whether a driver that has ``datetime.max`` and ``datetime.min`` for infinite values may have brought it back."""
    end = _ENDS.get(before or "")
    return end is not None and after is not None and end.match(after) is not None


def _in_order(rows: Sequence[Row], key: Sequence[int]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: place_in_order(_at(row, key) + row)))


def _at(row: Row, positions: Sequence[int]) -> Row:
    return tuple(row[position] for position in positions)


def describe_key(row: Row, columns: Sequence[str], key: Sequence[int]) -> str:
    """Show the values of ``row`` at the places ``key``, for example ``id=3``."""
    return _describe([columns[position] for position in key], _at(row, key))


def describe_row(columns: Sequence[str], row: Row) -> str:
    """Show a row to a person on one line, for example ``(id=3, name='Ada', phone=NULL)``."""
    return f"({_describe(columns, row)})"


def describe_wide_row(columns: Sequence[str], row: Row, told: str) -> str:
    """The same, where there are many columns with the first and those that ``told`` names; the others are counted."""
    if len(columns) <= _WIDE:
        return describe_row(columns, row)
    words = set(re.findall(r"\w+", told))
    named = [name for name in columns[1:] if name in words][:_OF_A_WIDE_ROW - 1]
    shown = {columns[0], *named, *[name for name in columns if name not in named][:_OF_A_WIDE_ROW - len(named)]}
    kept = [place for place, name in enumerate(columns) if name in shown]
    return (f"({_describe([columns[place] for place in kept], [row[place] for place in kept])}, "
            f"and {len(columns) - len(kept)} more columns)")


def _describe(columns: Sequence[str], row: Sequence[str | None]) -> str:
    return ", ".join(
        f"{show_identifier(name)}={describe_value(value)}" for name, value in zip(columns, row, strict=True)
    )


def describe_value(value: str | None) -> str:
    """Show a value to a person on one line: NULL, a number bare, anything else in single quotes.

    A value longer than 60 characters is cut there and its length told; characters that do not print are escaped.
    """
    if value is None:
        return "NULL"
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in value[:SHOWN_CHARACTERS])
    if len(value) > SHOWN_CHARACTERS:
        return f"'{shown}…' ({len(value)} characters)"
    return shown if _NUMBER.match(value) else "'" + shown.replace("'", "''") + "'"
