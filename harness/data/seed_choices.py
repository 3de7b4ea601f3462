"""What the columns of one table may hold, in the order in which its rows take the values.

Columns that a check of several columns or a foreign key binds to each other form a group, and are chosen together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from harness.data.rows import Connection, text_rows
from harness.data.seed_checks import Values, passing
from harness.data.seed_draw import Draw, randomness
from harness.data.seed_mining import candidates, further
from harness.data.seed_solving import Pool, solve
from harness.data.seed_starts import Series, series_of
from harness.data.shapes import Check, ColumnShape, Exclusion, ForeignKey, TableShape, Unique, named_in
from harness.data.values import PROBES, source_of
from harness.names import QualifiedName, quote_identifier

if TYPE_CHECKING:
    from harness.data.seed_cases import Fact

_COMBINATIONS = 400
"""Combinations tried for columns that are chosen together."""
_SERIES = 40
"""Combinations of each order between columns."""
_SOLVING_TRIES = 800
"""Combinations tried where too few of those pass."""
_CASES_TRIES = 200
"""Combinations tried for which each check's cases were looked at."""
_PATTERN_BITS = 8
"""Columns that may be NULL independently of each other."""
_NAMED_SHARE = 0.5
"""How often a value is tried that a check names."""
_REFERENCED_AT_MOST = 200
"""Rows of a referenced table that are referred to."""
_NEVER = 1 << 60
_PLAIN_ROWS = 2
"""Rows that hold plain values before the odd ones begin."""
_KNOWN_AT_MOST = 2000
"""Groups remembered on one connection."""
_NAMES_WITH_SCHEMA = re.compile(r'[\w$"]\.[^\W\d]|[\w$"]\."|\bOPERATOR\(')


@dataclass(frozen=True, slots=True)
class Group:
    """Columns chosen together, and what they may hold."""

    columns: tuple[str, ...]
    choices: tuple[Values, ...]
    """Ordinary ones first. Never empty: where nothing was found there is one for the server to refuse."""
    labels: int = 0
    """How many choices there are where a type or a check lists them all; each is to come once."""
    repeat: int = _NEVER
    """The number of the row that takes the first choice once more, so that it comes twice."""

    def pick(self, number: int) -> Values:
        """The choice of the row of this number."""
        if number == self.repeat:
            return self.choices[0]
        return self.choices[(number - (number > self.repeat)) % len(self.choices)]


def choose(
    connection: Connection, shape: TableShape, columns: Sequence[ColumnShape], draw: Draw,
    referenced: Mapping[str, Sequence[Values]], *, partition: str = "",
) -> tuple[Group, ...]:
    """The groups of these columns; ``referenced`` holds the keys that each foreign key, by its name, may refer to."""
    by_name = {column.name: column for column in columns}
    checks = _checks(shape, by_name, partition)
    keys = [key for key in shape.foreign_keys if by_name.keys() & set(key.columns)]
    known = _KNOWN.setdefault(connection, {})
    groups = []
    for names in _bound_together(list(by_name), [check.columns for check in checks] + [key.columns for key in keys]):
        members = tuple(by_name[name] for name in names)
        own_checks = tuple(check for check in checks if set(check.columns) <= set(names))
        own_keys = tuple((key, tuple(referenced[key.name])) for key in keys
                         if set(key.columns) <= set(names) and key.name in referenced)
        series = _series(shape, members)
        question = _Question(shape.name, shape.uniques, shape.exclusions, members, own_checks, own_keys, draw, series)
        group = known.get(question)
        if group is None:
            group = _choose_together(connection, shape, question)
            if len(known) < _KNOWN_AT_MOST and not question.reads_what_is_defined:
                known[question] = group
        groups.append(group)
    return tuple(groups)


class _Question(NamedTuple):
    """All that a group depends on, but for what functions, operators and types of the user's say."""

    table: QualifiedName
    uniques: tuple[Unique, ...]
    exclusions: tuple[Exclusion, ...]
    columns: tuple[ColumnShape, ...]
    checks: tuple[Check, ...]
    keys: tuple[tuple[ForeignKey, tuple[Values, ...]], ...]
    """Foreign keys, each with what it may refer to."""
    draw: Draw
    series: tuple[Series, ...]
    """Which plain values each column holds."""

    @property
    def reads_what_is_defined(self) -> bool:
        """Whether a check seems to name something that a revision may define anew: such names have a schema."""
        expressions = [check.expression_sql for check in self.checks]
        expressions += [check for column in self.columns for part in column.type.parts for check in part.checks]
        return any(_NAMES_WITH_SCHEMA.search(expression) for expression in expressions)


_KNOWN: WeakKeyDictionary[Connection, dict[_Question, Group]] = WeakKeyDictionary()
"""What was chosen on a connection: a table is filled again and again, and few of its columns are others then."""


def _series(shape: TableShape, columns: Sequence[ColumnShape]) -> tuple[Series, ...]:
    bound = {column.name for column in columns}
    return tuple(series_of(shape, column, bound=bound) for column in columns)


def _choose_together(connection: Connection, shape: TableShape, question: _Question) -> Group:
    members, checks = question.columns, question.checks
    keys = [key for key, _ in question.keys]
    referenced = {key.name: values for key, values in question.keys}
    chooser = _Chooser(shape, members, checks, question.draw, question.series)
    found = list(dict.fromkeys(chooser.combine(keys, referenced)))
    kept = passing(connection, members, found, [check.expression_sql for check in checks])
    if checks and len(members) > 1 and len(kept) < question.draw.rows:
        kept = list(dict.fromkeys([*kept, *chooser.solve(connection, keys, referenced)]))
        if len(kept) < question.draw.rows:
            kept = list(dict.fromkeys([*kept, *chooser.solve(connection, keys, referenced, by_cases=True)]))
    return Group(tuple(column.name for column in members), tuple(kept) or (chooser.first(),), chooser.labels(kept),
                 chooser.repeat())


def combinations(
    shape: TableShape, columns: Sequence[ColumnShape], checks: Sequence[Check], draw: Draw
) -> list[Values]:
    """What these columns may hold together, as far as their types and what the checks name go."""
    chooser = _Chooser(shape, columns, checks, draw, _series(shape, columns))
    return list(dict.fromkeys(chooser.combine((), {})))


def referenced_values(connection: Connection, key: ForeignKey) -> tuple[Values, ...]:
    """The keys that a foreign key may refer to, sorted by their text."""
    columns = ", ".join(quote_identifier(column) for column in key.referenced_columns)
    none_null = " AND ".join(f"{quote_identifier(column)} IS NOT NULL" for column in key.referenced_columns)
    only = "" if key.references_partitioned else "ONLY "
    query = (f"SELECT {columns} FROM {only}{key.references.sql} WHERE {none_null} ORDER BY {columns} "
             f"LIMIT {_REFERENCED_AT_MOST}")
    return tuple(dict.fromkeys(text_rows(connection.cursor().execute(query.encode(), prepare=False))))


def _checks(shape: TableShape, columns: Collection[str], partition: str) -> list[Check]:
    """Checks that read none but these columns, and what the partition demands of them."""
    checks = [check for check in shape.checks if check.columns and set(check.columns) <= set(columns)]
    if partition:
        used = named_in(partition, columns)
        if used:
            checks.append(Check(name="partition", expression_sql=partition, columns=used))
    return checks


def _bound_together(names: Sequence[str], bonds: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The names in groups, such that the names of each bond are in one."""
    group_of = {name: [name] for name in names}
    for bond in bonds:
        inside = [name for name in bond if name in group_of]
        for name in inside[1:]:
            one, other = group_of[inside[0]], group_of[name]
            if one is not other:
                one.extend(other)
                for member in other:
                    group_of[member] = one
    seen: set[int] = set()
    for name in names:
        group = group_of[name]
        if id(group) not in seen:
            seen.add(id(group))
            yield group


class _Chooser:
    """Candidates of one group, before the server is asked."""

    def __init__(
        self, shape: TableShape, columns: Sequence[ColumnShape], checks: Sequence[Check], draw: Draw,
        series: Sequence[Series],
    ) -> None:
        self._shape = shape
        self._columns = columns
        self._checks = checks
        self._draw = draw
        self._series = {column.name: numbers for column, numbers in zip(columns, series, strict=True)}
        self._random = randomness(draw.seed, shape.name, *(column.name for column in columns))

    def combine(self, keys: Sequence[ForeignKey], referenced: Mapping[str, Sequence[Values]]) -> Iterator[Values]:
        """Combinations of the columns' candidates; those of ordinary values come first."""
        bound = {name for key in keys for name in key.columns}
        free = {column.name: self._candidates(column) for column in self._columns if column.name not in bound}
        if not keys and len(self._columns) == 1:
            yield from ((value,) for value in free[self._columns[0].name])
            return
        tuples = {key.name: self._shuffled(referenced[key.name]) for key in keys}
        for number in range(self._count(free, tuples)):
            row: dict[str, str | None] = {}
            if not all(self._refer(row, key, tuples[key.name], number) for key in keys):
                continue
            for place, (name, values) in enumerate(free.items()):
                row[name] = self._pick(values, number, place)
            yield tuple(row[column.name] for column in self._columns)

    def solve(
        self, connection: Connection, keys: Sequence[ForeignKey], referenced: Mapping[str, Sequence[Values]], *,
        by_cases: bool = False,
    ) -> list[Values]:
        """More combinations that pass, found with more effort; with the most ``by_cases`` of the checks."""
        bound = {name for key in keys for name in key.columns}
        pools = {column.name: self._pool(column) for column in self._columns if column.name not in bound}
        tuples = {key.name: self._shuffled(referenced[key.name]) for key in keys}

        def combine(narrowed: Mapping[str, Pool]) -> Iterator[Values]:
            for number, facts in enumerate(self._assumed() if by_cases else repeat({}, _SOLVING_TRIES)):
                row: dict[str, str | None] = {}
                if all(self._refer(row, key, tuples[key.name], number, facts) for key in keys):
                    row.update(self._drawn(narrowed, number, facts))
                    yield tuple(row[column.name] for column in self._columns)

        return solve(connection, self._columns, self._checks, pools, combine)

    def _assumed(self) -> Iterator[Mapping[str, Fact]]:
        from harness.data.seed_cases import assume, cases_of  # noqa: PLC0415 - sqlglot, as in seed_solving

        cases = [cases_of(check.expression_sql) for check in self._checks]
        if any(any(listed) for listed in cases):
            yield from (assume(cases, self._random) for _ in range(_CASES_TRIES))

    def _pool(self, column: ColumnShape) -> Pool:
        texts = self._texts(column)
        named = [*candidates(texts, column.type), *(
            candidates([column.default_sql], column.type)[:1] if column.default_sql else ())]
        # Extreme values make expressions fail, which takes the server long to say of each of them.
        plain = self._candidates(column, tame=True)
        return Pool(tuple(dict.fromkeys(named)), tuple(dict.fromkeys([*plain, *further(texts, column.type)])))

    def _drawn(
        self, pools: Mapping[str, Pool], number: int, facts: Mapping[str, Fact]
    ) -> Iterator[tuple[str, str | None]]:
        """A value of each pool: NULL in every pattern in turn, and what is named as often as anything else."""
        nullable = [name for name, pool in pools.items() if None in pool.others and name not in facts]
        for name, pool in pools.items():
            fact = facts.get(name)
            if fact is not None and fact.holds:
                yield name, fact.value
                continue
            if name in nullable and number >> nullable.index(name) % _PATTERN_BITS & 1:
                yield name, None
                continue
            named = bool(pool.named) and self._random.random() < _NAMED_SHARE
            values = pool.named if named else tuple(value for value in pool.others if value is not None) or pool.others
            yield name, self._random.choice(values) if values else None

    def first(self) -> Values:
        """Each column's first candidate, whatever the checks say."""
        return tuple(self._candidates(column)[0] for column in self._columns)

    def labels(self, kept: Sequence[Values]) -> int:
        """How many choices there are, where they are an enum's labels or what a check lists; 0 for any others."""
        if len(self._columns) > 1:
            return 0
        column = self._columns[0]
        listed = set(column.type.base.labels) or set(candidates(self._texts(column), column.type))
        texts = {value for (value,) in kept if value is not None}
        return len(kept) if texts and texts <= listed and column.type.base.category in "SE" else 0

    def repeat(self) -> int:
        """The row to hold the first choice again: the same row for all columns, so that pairs of values come twice too.

        None where it would repeat a key of these columns alone, or one that only the server can tell.
        """
        names = {column.name for column in self._columns}
        kept_apart = [unique.reads for unique in self._shape.uniques
                      if not unique.plain or set(unique.reads) <= names]
        kept_apart += [exclusion.columns for exclusion in self._shape.exclusions]
        rows = self._draw.rows
        if self._draw.first or rows < _PLAIN_ROWS + 1 or any(names & set(columns) for columns in kept_apart):
            return _NEVER
        first = min(2 * _PLAIN_ROWS, rows - 1)
        return randomness(self._draw.seed, self._shape.name, "again").randrange(first, max(first + 1, min(rows, 10)))

    def _count(self, free: Mapping[str, Sequence[str | None]], tuples: Mapping[str, Sequence[Values]]) -> int:
        if len(tuples) == 1 and not free:
            return len(next(iter(tuples.values()))) + 3
        return _COMBINATIONS

    def _pick(self, values: Sequence[str | None], number: int, place: int) -> str | None:
        """First each column a step on from the one before it, then a step back, then side by side, then any with any.

        That is what columns with an order between them need: a start and an end, a least and a most.
        """
        turn, series = number % _SERIES, number // _SERIES
        steps = (place, -place, 0)
        if series < len(steps) and 0 <= turn + steps[series] < len(values):
            return values[turn + steps[series]]
        return self._random.choice(values)

    def _refer(
        self, row: dict[str, str | None], key: ForeignKey, tuples: Sequence[Values], number: int,
        facts: Mapping[str, Fact] = MappingProxyType({}),
    ) -> bool:
        """Set the key's columns, agreeing with what other keys have set already; NULL now and then where allowed."""
        told = [facts[name] for name in key.columns if name in facts]
        null = any(fact.holds and fact.value is None for fact in told) if told else number % 4 == 2  # noqa: PLR2004 - the third row of four
        nullable = [name for name in key.columns if not self._column(name).not_null and name not in row]
        fitting = [values for values in tuples
                   if all(row.get(name, value) == value for name, value in zip(key.columns, values, strict=True))]
        if nullable and (not fitting or null):
            whole = set(key.columns) if key.match_full else set(nullable)
            if not whole <= set(nullable):
                return False
            for name in key.columns:
                row.setdefault(name, None if name in nullable else self._any(name, tuples, key))
            return True
        if not fitting:
            return False
        place = number if number < len(fitting) == len(tuples) else self._random.randrange(len(fitting))
        row.update(zip(key.columns, fitting[place], strict=True))
        return True

    def _any(self, name: str, tuples: Sequence[Values], key: ForeignKey) -> str | None:
        place = key.columns.index(name)
        return tuples[0][place] if tuples else self._candidates(self._column(name))[0]

    def _column(self, name: str) -> ColumnShape:
        return next(column for column in self._columns if column.name == name)

    def _shuffled(self, values: Sequence[Values]) -> list[Values]:
        shuffled = list(values)
        self._random.shuffle(shuffled)
        return shuffled

    def _candidates(self, column: ColumnShape, *, tame: bool = False) -> list[str | None]:
        """Values for one column: two plain ones, the telling ones, the other odd ones, and more plain ones."""
        chance = randomness(self._draw.seed, self._shape.name, column.name)
        texts = self._texts(column)
        mined = list(candidates(texts, column.type)) if texts else []
        default = candidates([column.default_sql], column.type)[:1] if column.default_sql else ()
        source = source_of(column.type)
        if source is None:
            return [*default, *mined, *PROBES, *([] if column.not_null else [None])]
        more = further(texts, column.type, usual=len(self._columns) == 1) if texts else ()
        base, first = column.type.base, self._draw.first
        numbers = self._series[column.name]
        # Of the values of a column with checks, many are not let through.
        count = self._draw.rows * (4 if texts else 1) + 2
        plain = [source.ordinary(first + numbers.at(place)) for place in range(count)]
        if first == 0 and base.category == "S":
            plain[0] = source.ordinary(0)  # of which odd texts are variants
        telling: list[str | None] = [*source.telling]
        odd: list[str | None] = [*source.odd]
        if tame or self._draw.tame or self._is_apart(column):
            return list(dict.fromkeys([*plain, *mined, *more, *([] if column.not_null else [None])]))
        if self._is_key(column) and (first or base.category == "N" or base.name.name == "uuid"):
            # A key at the end of its range would fail every sequence that a later revision starts after it, no two
            # tables have made the same uuid, and an odd key that was there before is seldom made again.
            telling, odd = [], []
        if not column.not_null:
            telling.append(None)
        chance.shuffle(telling)
        chance.shuffle(odd)
        head = [*default, *plain[:2]] if first == 0 else plain[:2]
        values = dict.fromkeys([*head, *mined, *telling, *odd, *plain[2:], *more])
        return list(values)

    def _texts(self, column: ColumnShape) -> list[str]:
        """The expressions that check the column."""
        return [*(check.expression_sql for check in self._checks if column.name in check.columns),
                *(check for domain in column.type.domains for check in domain.checks)]

    def _is_apart(self, column: ColumnShape) -> bool:
        """Whether rows must not overlap in it: its plain values, which lie apart, will do."""
        overlapping = [exclusion.columns for exclusion in self._shape.exclusions]
        overlapping += [unique.columns for unique in self._shape.uniques if unique.without_overlaps]
        return any(column.name in columns for columns in overlapping) and (
            column.type.base.kind in "rm" or column.type.base.category in "DG")

    def _is_key(self, column: ColumnShape) -> bool:
        return any(unique.columns == (column.name,) for unique in self._shape.uniques)
