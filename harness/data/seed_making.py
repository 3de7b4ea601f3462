"""Put the rows of one table together from its groups' choices, such that no two agree where they must differ."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from harness.data.rows import Connection, text_rows
from harness.data.seed_checks import Values
from harness.data.seed_choices import Group, choose
from harness.data.seed_draw import Draw, randomness
from harness.data.seed_store import Cells, Refusal
from harness.data.shapes import ColumnShape, TableShape, Unique, named_in
from harness.names import quote_identifier

_PARTITIONS_AT_MOST = 20
"""Partitions for which rows are made; a table may have thousands."""
_LABELS_AT_MOST = 50
"""Rows made so that each label comes."""
_ROWS_WITH_A_TWIN = 5
"""Fewer rows have each something else to tell."""
_TURNS = 60
"""Other choices looked at for a row that would repeat a key."""
_REPAIRS = 6
"""Other choices of the refused columns alone that are tried."""
_RANDOM_TRIES = 12
"""Random rows tried after that."""


class RowMaker:
    """Makes the rows of one table, and others in the place of refused ones."""

    def __init__(
        self, connection: Connection, shape: TableShape, draw: Draw, referenced: Mapping[str, Sequence[Values]], *,
        columns: Sequence[ColumnShape] | None = None,
    ) -> None:
        self._shape = shape
        self._draw = draw
        self.columns = fillable(shape) if columns is None else tuple(columns)
        names = {column.name for column in self.columns}
        partitions = [demand for demand in shape.partitions if named_in(demand, names)][:_PARTITIONS_AT_MOST]
        self._sets = [choose(connection, shape, self.columns, draw, referenced, partition=partition)
                      for partition in partitions or ("",)]
        self._shared = set(self._sets[0]).intersection(*self._sets)
        self._keys = [unique for unique in shape.uniques if unique.plain and set(unique.columns) <= names]
        self._keys += [_as_unique(exclusion.columns) for exclusion in shape.exclusions
                       if exclusion.columns and set(exclusion.columns) <= names]
        self._taken: list[set[Values]] = [set() for _ in self._keys]
        self._numbers = itertools.count()

    @property
    def rows_wanted(self) -> int:
        """As many as were asked for; where a column's labels are more, so many that a new table holds one of each."""
        labels = max((group.labels for groups in self._sets for group in groups), default=0)
        if self._draw.first:
            return self._draw.rows - self._draw.held
        return max(self._draw.rows, min(labels + 1, _LABELS_AT_MOST))

    def remember(self, connection: Connection) -> None:
        """Read the keys that rows of the table hold already."""
        for unique, taken in zip(self._keys, self._taken, strict=True):
            columns = ", ".join(quote_identifier(column) for column in unique.columns)
            query = f"SELECT {columns} FROM {self._shape.name.sql} LIMIT 10000"
            taken.update(text_rows(connection.cursor().execute(query.encode(), prepare=False)))

    def rows(self) -> list[Cells]:
        """The rows, fewer than wanted where there are not so many keys."""
        made = (self._distinct(number) for number in range(self.rows_wanted))
        rows = [row for row in made if row is not None]
        for unique in self._keys if len(self._sets) == 1 and len(rows) >= _ROWS_WITH_A_TWIN else ():
            self._make_twin(rows, unique)
        return rows

    def fresh(self, count: int) -> Iterator[Cells]:
        """So many more rows that repeat no key of each other nor of earlier ones; any row where there are none."""
        for number in islice(self._numbers, count):
            yield self._distinct(number) or self._row(number, {})

    def one(self, number: int) -> Cells:
        """The row of this number, whether or not it repeats a key."""
        return self._row(number, {})

    def others(self, number: int, refusal: Refusal) -> Iterator[Cells]:
        """What to try in the place of a refused row: the refused columns changed, plain rows, then any."""
        groups = self._groups(number)
        if refusal.columns:
            concerned = [group for group in groups if refusal.columns & set(group.columns)]
            for turn in range(1, _REPAIRS + 1):
                yield self._row(number, {group.columns: turn * 3 for group in concerned})
        for plain in range(2):
            yield {name: value for group in groups
                   for name, value in zip(group.columns, group.choices[plain % len(group.choices)], strict=True)}
        chance = randomness(self._draw.seed, self._shape.name, number, "again")
        for turn in range(_RANDOM_TRIES):
            yield self._row(number + turn, {group.columns: chance.randrange(len(group.choices))
                                            for group in self._groups(number + turn)})

    def _groups(self, number: int) -> tuple[Group, ...]:
        return self._sets[number % len(self._sets)]

    def _row(self, number: int, turns: Mapping[tuple[str, ...], int]) -> Cells:
        row: dict[str, str | None] = {}
        for group in self._groups(number):
            place = number if group in self._shared else number // len(self._sets)
            row.update(zip(group.columns, group.pick(place + turns.get(group.columns, 0)), strict=True))
        return row

    def _distinct(self, number: int) -> Cells | None:
        turns: dict[tuple[str, ...], int] = {}
        for turn in range(1, _TURNS):
            row = self._row(number, turns)
            repeated = self._repeated(row)
            if repeated is None:
                for unique, taken in zip(self._keys, self._taken, strict=True):
                    taken.add(_key(row, unique))
                return row
            concerned = [group for group in self._groups(number) if set(repeated.columns) & set(group.columns)]
            longest = max(concerned, key=lambda group: len(group.choices))
            turns[longest.columns] = turns.get(longest.columns, 0) + 1
            if turn % len(longest.choices) == 0 and len(concerned) > 1:
                other = next(group for group in concerned if group is not longest)
                turns[other.columns] = turns.get(other.columns, 0) + 1
        return None

    def _make_twin(self, rows: list[Cells], unique: Unique) -> None:
        """Have a late row hold the key of an early one, where a NULL in it tells the two apart."""
        groups = [group for group in self._sets[0] if set(group.columns) & set(unique.columns)]
        keys = [_key(row, unique) for row in rows]
        early = next((place for place, key in enumerate(keys) if None in key and set(key) != {None}), None)
        if (early is None or unique.nulls_not_distinct or keys.count(keys[early]) > 1
                or any(group.labels for group in groups)):
            return
        taken = {column: rows[early][column] for group in groups for column in group.columns}
        for late in range(len(rows) - 1, early, -1):
            twin = {**rows[late], **taken}
            others = [row for place, row in enumerate(rows) if place != late]
            if not any(_repeats(twin, others, other) for other in self._keys):
                rows[late] = twin
                return

    def _repeated(self, row: Cells) -> Unique | None:
        for unique, taken in zip(self._keys, self._taken, strict=True):
            key = _key(row, unique)
            if key in taken and _is_one_alone(key, unique):
                return unique
        return None


def fillable(shape: TableShape) -> tuple[ColumnShape, ...]:
    """The columns that a row names: all but generated ones and those that a sequence numbers.

    A sequence stays ahead of the keys only where it gave them out.
    """
    referring = {name for key in shape.foreign_keys for name in key.columns}
    return tuple(column for column in shape.columns
                 if not column.generated and (not column.numbered or (column.name in referring
                                                                      and column.identity != "a")))


def _repeats(row: Cells, others: Sequence[Cells], unique: Unique) -> bool:
    key = _key(row, unique)
    return _is_one_alone(key, unique) and any(_key(other, unique) == key for other in others)


def _is_one_alone(key: Values, unique: Unique) -> bool:
    """Whether no two rows may have this key."""
    return unique.nulls_not_distinct or None not in key


def _key(row: Cells, unique: Unique) -> Values:
    return tuple(row[column] for column in unique.columns)


def _as_unique(columns: tuple[str, ...]) -> Unique:
    return Unique(name="", primary=False, columns=columns, expressions_sql=None, predicate_sql=None,
                  nulls_not_distinct=False, reads=columns, without_overlaps=False)
