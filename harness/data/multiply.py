"""Make many rows out of few, on the server: copies of rows that it has accepted, with new keys where they must differ.

The few rows are as odd as the constraints allow, and so are their copies. Nothing is fetched. A column in which rows
must differ gets values of its own; a foreign key is spread over the rows that it may refer to; the other columns keep
the values of one row together, so that what the server let through once it lets through again. Triggers do not fire:
what they did to the first rows is copied with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from harness.data.fresh_values import Fresh
from harness.data.multiply_plan import TablePlan, Turn, plan_table
from harness.data.rows import Connection
from harness.data.seed_checks import domain_checks
from harness.data.seed_making import fillable
from harness.data.seed_order import parents_first
from harness.data.shapes import ColumnShape, ForeignKey, Shapes, TableShape
from harness.names import QualifiedName, quote_identifier

_COPIED_ROWS = 1000
"""Rows of a table that are repeated; a revision may have put in more."""
_PROBES = 64
"""Values of each kind that the checks are asked about."""
_ROUNDS = 6
"""How often further rows are made in the place of those that were turned away."""
_NOT_FOR_DEFERRABLE = "55000"
"""What ON CONFLICT fails with where a unique constraint is deferrable."""


@dataclass(frozen=True, slots=True)
class Multiplied:
    """How many rows a table holds now."""

    table: QualifiedName
    rows: int
    why_fewer: str | None
    """Why it holds fewer than wanted; None where it does not, and where it holds none at all."""


def multiply_rows(connection: Connection, shapes: Shapes, *, rows: int) -> tuple[Multiplied, ...]:
    """Bring every table that holds a row to ``rows`` rows, as far as its constraints allow.

    The same rows give the same copies. What comes is analysed, so that the planner knows how much there is.
    """
    done = []
    for name in parents_first(shapes, shapes.tables):
        shape = shapes.tables[name]
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            done.append(_Multiplier(connection, shape, rows).run())
        connection.execute(f"ANALYZE {name.sql}".encode())
    return tuple(done)


class _Multiplier:
    """Multiplies one table, in a transaction of its own."""

    def __init__(self, connection: Connection, shape: TableShape, wanted: int) -> None:
        self._connection = connection
        self._shape = shape
        self._wanted = wanted
        self._columns = fillable(shape)
        self._on_conflict = " ON CONFLICT DO NOTHING"
        self._refused: str | None = None

    def run(self) -> Multiplied:
        count = self._count()
        if not count or count >= self._wanted:
            return Multiplied(self._shape.name, count, None)
        old_rows = self._copy_old_rows()
        plan = plan_table(self._shape, self._columns, self._number_parents(), self._distinct_values())
        fresh = {name: self._choose(self._shape.column(name), ways) for name, ways in plan.fresh.items()}
        capacity = min([plan.capacity, *(way.capacity for way in fresh.values())])
        made = 0
        for _ in range(_ROUNDS):
            missing = min(self._wanted - count, capacity - made)
            if missing <= 0:
                break
            stored = self._insert(plan, fresh, made, missing, old_rows)
            made += missing
            count += stored
            if not stored:
                break
        for name in ("old_rows", *(f"parents_{number}" for number in range(len(self._shape.foreign_keys)))):
            self._connection.execute(f"DROP TABLE IF EXISTS pg_temp.{name}".encode())
        return Multiplied(self._shape.name, count, self._why_fewer(plan, fresh) if count < self._wanted else None)

    # -- what there is ------------------------------------------------------------------------------------------------

    def _count(self) -> int:
        row = self._connection.execute(f"SELECT count(*) FROM {self._from}".encode()).fetchone()
        return int(row[0]) if row is not None else 0

    @property
    def _from(self) -> str:
        return self._shape.name.sql if self._shape.kind == "p" else f"ONLY {self._shape.name.sql}"

    def _copy_old_rows(self) -> int:
        """Number the rows that are repeated; return how many they are."""
        columns = "".join(f", {quote_identifier(column.name)}" for column in self._columns)
        done = self._connection.execute((
            f"CREATE TEMP TABLE old_rows AS SELECT row_number() OVER () - 1 AS roundtrip_number{columns} "
            f"FROM (SELECT * FROM {self._from} ORDER BY tableoid, ctid LIMIT {_COPIED_ROWS}) AS first").encode())
        return done.rowcount

    def _number_parents(self) -> dict[str, int]:
        """Number the rows that each foreign key may refer to; how many they are, by the name of the key.

        One that refers to its own table keeps the values that it has, and so does one that shares a column.
        """
        parents = {}
        names = {column.name for column in self._columns}
        for number, key in enumerate(self._shape.foreign_keys):
            others = {name for other in self._shape.foreign_keys if other is not key for name in other.columns}
            if key.references == self._shape.name or not set(key.columns) <= names or others & set(key.columns):
                continue
            only = "" if key.references_partitioned else "ONLY "
            columns = [quote_identifier(name) for name in key.referenced_columns]
            items = ", ".join(f"{name} AS k{place}" for place, name in enumerate(columns))
            told = " AND ".join(f"{name} IS NOT NULL" for name in columns)
            done = self._connection.execute((
                f"CREATE TEMP TABLE parents_{number} AS SELECT row_number() OVER (ORDER BY {', '.join(columns)}) - 1 "
                f"AS roundtrip_number, {items} FROM {only}{key.references.sql} WHERE {told}").encode())
            if done.rowcount:
                self._connection.execute(f"ANALYZE pg_temp.parents_{number}".encode())
                parents[key.name] = done.rowcount
        return parents

    def _distinct_values(self) -> dict[str, int]:
        """How many different values each column has in the rows that are repeated."""
        counts = [f"count(DISTINCT {quote_identifier(column.name)}::text)" for column in self._columns]
        if not counts:
            return {}
        row = self._connection.execute(f"SELECT {', '.join(counts)} FROM pg_temp.old_rows".encode()).fetchone()
        assert row is not None, "an aggregate gives a row"
        return {column.name: count for column, count in zip(self._columns, row, strict=True)}

    # -- values -------------------------------------------------------------------------------------------------------

    def _choose(self, column: ColumnShape, ways: Sequence[Fresh]) -> Fresh:
        """The way to make values that the checks of the column let through most often.

        Of those one of enough values, if possible without looking at the old one, which may be too short to be told by.
        """
        conditions = [*self._conditions({column.name}), *_fits(column)]
        if not conditions or len(ways) == 1:
            return ways[0]
        return max(ways, key=lambda way: (self._passing(column, way, conditions), min(way.capacity, self._wanted),
                                          "$old" not in way.sql, way.capacity))

    def _passing(self, column: ColumnShape, way: Fresh, conditions: Sequence[str]) -> int:
        others = "".join(f", {quote_identifier(other.name)}" for other in self._columns if other is not column)
        name = quote_identifier(column.name)
        value = way.of("roundtrip.number", f"old_rows.{name}::text")
        candidates = (f"SELECT {value} AS {name}{others} FROM pg_temp.old_rows, "
                      f"generate_series(0::bigint, {min(_PROBES, way.capacity) - 1}) AS roundtrip (number)")
        query = f"SELECT count(*) FROM ({candidates}) AS candidate WHERE {_all(conditions)}"
        try:
            with self._connection.transaction():
                row = self._connection.execute(query.encode()).fetchone()
        except psycopg.Error:
            return 0
        return int(row[0]) if row is not None else 0

    def _conditions(self, changed: set[str]) -> Iterator[str]:
        """What the server demands of columns that do not keep the values of one row."""
        for check in self._shape.checks:
            if changed & set(check.columns):
                yield f"({check.expression_sql}) IS NOT FALSE"
        for condition in domain_checks([column for column in self._columns if column.name in changed]):
            yield f"({condition}) IS NOT FALSE"

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _insert(self, plan: TablePlan, fresh: dict[str, Fresh], first: int, count: int, old_rows: int) -> int:
        """Make so many rows from the number ``first`` on; how many of them were stored."""
        columns = ", ".join(quote_identifier(column.name) for column in self._columns)
        into = (f"({columns}) OVERRIDING SYSTEM VALUE {self._rows_sql(plan, fresh, first, count, old_rows)}"
                if columns else f"SELECT FROM generate_series(1, {count})")  # every column takes its default
        try:
            with self._connection.transaction():
                statement = f"INSERT INTO {self._shape.name.sql} {into}{self._on_conflict}"
                return self._connection.execute(statement.encode()).rowcount
        except psycopg.Error as error:
            if self._on_conflict and error.sqlstate == _NOT_FOR_DEFERRABLE:
                self._on_conflict = ""
                return self._insert(plan, fresh, first, count, old_rows)
            self._refused = error.diag.message_primary or type(error).__name__
            return 0

    def _rows_sql(self, plan: TablePlan, fresh: dict[str, Fresh], first: int, count: int, old_rows: int) -> str:
        items, joins = [], []
        referring: dict[str, str] = {}
        for number, key in enumerate(self._shape.foreign_keys):
            turn = plan.turns.get(key.name)
            if turn is not None:
                joins.append(f"{_join(turn)} pg_temp.parents_{number} "
                             f"ON parents_{number}.roundtrip_number = {_number(turn)}")
                referring.update(_reference(key, number))
        for column in self._columns:
            name = quote_identifier(column.name)
            if column.name in fresh:
                items.append(f"{fresh[column.name].of('roundtrip.number', f'old_rows.{name}::text')} AS {name}")
            else:
                items.append(f"{referring.get(column.name, f'old_rows.{name}')} AS {name}")
        for number, (name, turn) in enumerate(plan.picks.items()):
            quoted = quote_identifier(name)
            joins.append(f"{_join(turn)} ({_different_values_sql(quoted)}) AS pick_{number} "
                         f"ON pick_{number}.number = {_number(turn)}")
            place = next(at for at, column in enumerate(self._columns) if column.name == name)
            items[place] = f"pick_{number}.{quoted} AS {quoted}"
        changed = {*fresh, *referring, *plan.picks}
        conditions = [*self._conditions(changed), *self._demands(changed)]
        conditions += [condition for column in self._columns if column.name in fresh for condition in _fits(column)]
        joins.insert(0, f"JOIN pg_temp.old_rows ON old_rows.roundtrip_number = roundtrip.number % {old_rows}")
        return (f"SELECT * FROM (SELECT {', '.join(items)} "
                f"FROM generate_series({first}::bigint, {first + count - 1}) AS roundtrip (number) {' '.join(joins)}) "
                f"AS candidate WHERE {_all(conditions)}")

    def _demands(self, changed: set[str]) -> Iterator[str]:
        """That some partition takes the row, where a column that decides it has a new value."""
        demands = self._shape.partitions
        if demands and all(demands) and any(quote_identifier(name) in text or name in text
                                            for name in changed for text in demands):
            yield f"({' OR '.join(f'({demand})' for demand in demands)})"

    def _why_fewer(self, plan: TablePlan, fresh: dict[str, Fresh]) -> str:
        if self._refused is not None:
            return self._refused
        scarce = plan.scarce or [name for name, way in fresh.items() if way.capacity < self._wanted]
        if scarce:
            return f"no two rows may agree in {', '.join(scarce)}, and there are no more values for it"
        return "the constraints turned the others away"


def _reference(key: ForeignKey, number: int) -> Iterator[tuple[str, str]]:
    """The columns of a foreign key as the row referred to has them; NULL stays where the repeated row has it."""
    names = [f"old_rows.{quote_identifier(name)}" for name in key.columns]
    told = f"num_nulls({', '.join(names)}) = 0"
    for place, (column, name) in enumerate(zip(key.columns, names, strict=True)):
        yield column, f"CASE WHEN {told} THEN parents_{number}.k{place} ELSE {name} END"


def _different_values_sql(column_sql: str) -> str:
    """The values that a column has in the repeated rows, numbered."""
    values = (f"SELECT DISTINCT ON ({column_sql}::text) {column_sql} FROM pg_temp.old_rows "
              f"WHERE {column_sql} IS NOT NULL ORDER BY {column_sql}::text")
    return f"SELECT row_number() OVER () - 1 AS number, {column_sql} FROM ({values}) AS value"


def _number(turn: Turn) -> str:
    number = f"({turn.sql.replace('$n', 'roundtrip.number')})"
    return number if turn.then_null_from is None else f"{number} AND roundtrip.number < {turn.then_null_from}"


def _join(turn: Turn) -> str:
    return "JOIN" if turn.then_null_from is None else "LEFT JOIN"


def _fits(column: ColumnShape) -> Iterator[str]:
    limit = column.type.max_length
    if limit is not None and column.type.base.category == "S":
        yield f"length({quote_identifier(column.name)}::text) <= {limit}"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "true"
