"""Where each sequence stands, whether it would hand out a key that is taken, and putting it back where it stood.

Sequences are not transactional and belong to no row, so a comparison of tables never sees them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

from psycopg.rows import TupleRow

from harness.catalog.objects import CatalogObject, Column, Constraint, Index, Table
from harness.data.rows import Connection, Row, look_up, run_together
from harness.names import QualifiedName, quote_identifier

# These relations, the sequences that depend on one of them, and those that a default of one takes its values from.
# OFFSET 0 keeps the order, in which the few rows are found by indexes.
_CONCERNED_SQL = """
    WITH concerned (oid) AS (
        SELECT unnest(%(relations)s::bigint[]::oid[])
        UNION
        SELECT d.objid FROM pg_catalog.pg_depend d
        WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjid = ANY (%(relations)s::bigint[]::oid[])
          AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
        UNION
        SELECT d.refobjid
        FROM (SELECT oid FROM pg_catalog.pg_attrdef WHERE adrelid = ANY (%(relations)s::bigint[]::oid[]) OFFSET 0) value
        CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_depend
                            WHERE classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND objid = value.oid
                            OFFSET 0) d
        WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    )"""
# Of the dependencies, 'a' is OWNED BY and 'i' an identity column.
SEQUENCES_SQL = _CONCERNED_SQL + """
    SELECT c.oid::bigint, n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
           owner_schema.nspname, owner.relname, owner_column.attname
    FROM concerned
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = concerned.oid
    JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_depend d
           ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_catalog.pg_class owner ON owner.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_namespace owner_schema ON owner_schema.oid = owner.relnamespace
    LEFT JOIN pg_catalog.pg_attribute owner_column
           ON owner_column.attrelid = d.refobjid AND owner_column.attnum = d.refobjsubid
    WHERE c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND e.objid = c.oid AND e.deptype = 'e')
    ORDER BY n.nspname, c.relname
"""
# Columns that take their values from a sequence: identity columns, and those whose whole default is its nextval. A
# partition's column is its root's. "unique": the column is all of a unique index, so that no value can come twice.
USES_SQL = _CONCERNED_SQL + r""",
    uses (sequence, relation, attnum) AS (
        SELECT d.objid, d.refobjid, d.refobjsubid FROM concerned
        CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_depend
                            WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = concerned.oid
                            OFFSET 0) d
        WHERE d.deptype = 'i'
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
        UNION
        SELECT sequence, adrelid, adnum
        -- OFFSET 0 keeps the deparser from being asked about defaults that take from no sequence.
        FROM (SELECT d.refobjid, value.adrelid, value.adnum, value.adbin
              FROM concerned
              CROSS JOIN LATERAL (SELECT * FROM pg_catalog.pg_depend
                                  WHERE refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                    AND refobjid = concerned.oid OFFSET 0) d
              JOIN pg_catalog.pg_attrdef value ON value.oid = d.objid
              WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass OFFSET 0)
             AS defaults (sequence, adrelid, adnum, adbin)
        WHERE pg_catalog.pg_get_expr(adbin, adrelid) ~ '^\(*nextval\(''.*''::regclass\)+(::[a-z ]+)?$'
    )
    SELECT s.seqrelid::bigint, c.oid::bigint, n.nspname, c.relname, a.attname, c.relkind = 'p',
           base.typname = 'numeric',
           base.typname IN ('int2', 'int4', 'int8', 'numeric') AND EXISTS (
               SELECT FROM pg_catalog.pg_index i
               WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                 AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
    FROM uses
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = uses.sequence
    JOIN pg_catalog.pg_class c ON c.oid = uses.relation AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = uses.attnum
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_type base ON base.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
    ORDER BY n.nspname, c.relname, a.attnum
"""
# setval fails on a value outside the sequence's bounds, which may have been altered since.
_RESTORE_SQL = """
    SELECT pg_catalog.setval(c.oid::pg_catalog.regclass, state.last_value, state.is_called)
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::boolean[])
         AS state (nspname, relname, last_value, is_called)
    JOIN pg_catalog.pg_namespace n ON n.nspname = state.nspname
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = state.relname
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid AND state.last_value BETWEEN s.seqmin AND s.seqmax
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceState:
    """One sequence at one moment."""

    name: QualifiedName
    last_value: int
    is_called: bool
    """Whether ``last_value`` was handed out already; if not, it is the next."""
    increment: int
    next_value: int | None
    """What nextval would return; None when it would fail because the sequence is at its end."""
    owned_by: tuple[QualifiedName, str] | None
    """Table and column with which the sequence is dropped."""
    used_by: tuple[tuple[QualifiedName, str], ...]
    """Tables and columns that take their values from it by default or identity; partitions count as their root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A sequence that has keys of a unique column still before it."""

    sequence: QualifiedName
    table: QualifiedName
    column: str
    next_value: int | None
    """None where values are hidden; the same of the next."""
    highest_key: int | None
    """The key farthest in the sequence's direction: of one that counts down, the lowest."""
    conflicting: bool
    """Whether the very next value is taken, so that the next INSERT fails; if not, a later one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceReading:
    """What was read of one sequence and of the keys made from it."""

    state: SequenceState
    behind: tuple[Behind, ...]
    """One for each column with a key that the sequence has still before it."""


@dataclass(frozen=True, slots=True)
class Sequences:
    """Every sequence outside the system's schemas and extensions, in order of name."""

    readings: Mapping[int, SequenceReading]
    """By oid."""

    @property
    def states(self) -> tuple[SequenceState, ...]:
        """Where each stands."""
        return tuple(reading.state for reading in self.readings.values())

    @property
    def behind(self) -> tuple[Behind, ...]:
        """Those whose next value is a key already, or lies before one, per column that takes its values from it.

        Only columns of a whole-number or numeric type that are the whole of a unique or primary key are looked at.
        """
        return tuple(behind for reading in self.readings.values() for behind in reading.behind)


@dataclass(frozen=True, slots=True)
class SequenceUse:
    """A column that takes its values from a sequence."""

    relation: int
    table: QualifiedName
    column: str
    partitioned: bool
    numeric: bool
    unique: bool
    """Whether the column is all of a unique index of whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceShape:
    """What must be known of a sequence before its state can be read."""

    oid: int
    name: QualifiedName
    increment: int
    minimum: int
    maximum: int
    cycles: bool
    owned_by: tuple[QualifiedName, str] | None
    uses: tuple[SequenceUse, ...]

    @property
    def relations(self) -> frozenset[int]:
        """The oids of the sequence and of the tables that take values from it: none touched, nothing changed."""
        return frozenset({self.oid, *(use.relation for use in self.uses)})

    @property
    def keys(self) -> tuple[SequenceUse, ...]:
        """The columns in which a value can come only once."""
        return tuple(use for use in self.uses if use.unique)

    def select_sql(self) -> str:
        """A SELECT of the sequence's state and next value, and of each of ``keys``, for ``reading_of``."""
        next_value = (f"CASE WHEN NOT s.is_called THEN s.last_value WHEN s.last_value {self._has_next} "
                      f"THEN s.last_value + {_bigint(self.increment)} {self._start_again} END")
        keys = "".join(f", {_keys_sql(use, self.increment)}" for use in self.keys)
        return (f"SELECT s.last_value, s.is_called, following.value{keys} "
                f"FROM {self.name.sql} s, LATERAL (SELECT {next_value}) AS following (value)")

    @property
    def _has_next(self) -> str:
        if self.increment > 0:
            return f"<= {self.maximum - self.increment}"
        return f">= {self.minimum - self.increment}"

    @property
    def _start_again(self) -> str:
        if not self.cycles:
            return ""
        return f"ELSE {_bigint(self.minimum if self.increment > 0 else self.maximum)}"

    def reading_of(self, row: Row) -> SequenceReading:
        """Make of the row that ``select_sql`` gave what it tells of the sequence."""
        last_value, is_called, following, *keys = row
        next_value = None if following is None else int(following)
        state = SequenceState(
            name=self.name, last_value=int(last_value or 0), is_called=is_called == "t", increment=self.increment,
            next_value=next_value, owned_by=self.owned_by,
            used_by=tuple((use.table, use.column) for use in self.uses),
        )
        behind = (self._behind(use, next_value, keys[2 * number], taken=keys[2 * number + 1] == "t")
                  for number, use in enumerate(self.keys))
        return SequenceReading(state=state, behind=tuple(item for item in behind if item is not None))

    def beyond(self, keys: Collection[int]) -> int | None:
        """The farthest of ``keys`` in the sequence's direction, if it can go on from there."""
        farthest = max(keys, key=lambda key: key * self.increment, default=None)
        goes_on = farthest is not None and self.minimum <= farthest + self.increment <= self.maximum
        return farthest if goes_on else None

    def _behind(self, use: SequenceUse, next_value: int | None, highest: str | None, *, taken: bool) -> Behind | None:
        if next_value is None or highest is None or (int(highest) - next_value) * self.increment < 0:
            return None
        return Behind(sequence=self.name, table=use.table, column=use.column, next_value=next_value,
                      highest_key=int(highest), conflicting=taken)


def numbering_of(items: Iterable[CatalogObject]) -> Hashable:
    """All that a table's objects in a snapshot say of ``SequenceUse``: as long as it is the same, so are the uses."""
    found: list[Hashable] = []
    for item in items:
        match item:
            case Table():
                found.append((item.oid, item.name, item.relkind, item.partition_of))
            case Column() if item.identity is not None or "nextval(" in (item.default or ""):
                found.append((item.name, item.type, item.default, item.identity))
            case Constraint(contype="p" | "u"):
                found.append((item.name, item.definition))
            case Index() if item.definition.startswith("CREATE UNIQUE "):
                found.append((item.name, item.definition, item.is_valid))
    return frozenset(found)


def read_sequences(connection: Connection) -> Sequences:
    """Read every sequence.

    Source: https://www.postgresql.org/docs/current/sql-createsequence.html#SQL-CREATESEQUENCE-NOTES
    """
    return read_sequences_of(connection, list_sequences(connection))


def read_sequences_of(connection: Connection, relations: Collection[int]) -> Sequences:
    """Read the sequences that some relations, given by their oids, are, own, or take values from."""
    arguments = {"relations": list(relations)}
    shapes = sequence_shapes(*look_up(connection, [(SEQUENCES_SQL, arguments), (USES_SQL, arguments)]))
    results = run_together(connection, [shape.select_sql() for shape in shapes])
    return in_order_of_name({shape.oid: shape.reading_of(row) for shape, (row,) in zip(shapes, results, strict=True)})


def list_sequences(connection: Connection) -> list[int]:
    """The oids of all sequences of the database, also of those that are nobody's data."""
    return [oid for (oid,) in connection.execute("SELECT seqrelid::bigint FROM pg_catalog.pg_sequence", prepare=True)]


def sequence_shapes(sequences: Iterable[TupleRow], uses: Iterable[TupleRow]) -> list[SequenceShape]:
    """Make of the rows of ``SEQUENCES_SQL`` and ``USES_SQL`` the shapes of the user's sequences."""
    used: dict[int, list[SequenceUse]] = defaultdict(list)
    for oid, relation, schema, table, *rest in uses:
        used[oid].append(SequenceUse(relation, QualifiedName(schema, table), *rest))
    return [
        SequenceShape(
            oid=oid, name=QualifiedName(schema, name), increment=increment, minimum=minimum, maximum=maximum,
            cycles=cycles, uses=tuple(used[oid]),
            owned_by=None if owner is None else (QualifiedName(owner_schema, owner), owner_column),
        )
        for oid, schema, name, increment, minimum, maximum, cycles, owner_schema, owner, owner_column in sequences
    ]


def in_order_of_name(readings: Mapping[int, SequenceReading]) -> Sequences:
    """The readings as they are compared."""
    return Sequences(dict(sorted(readings.items(), key=lambda item: item[1].state.name)))


def read_past_keys(
    connection: Connection, tables: Collection[QualifiedName], *, touched: frozenset[int] | None
) -> tuple[SequenceState, ...]:
    """What ``past_keys`` tells, of a database of which nothing was read yet."""
    if not tables or (touched is not None and not touched):
        return ()
    arguments = {"relations": list_sequences(connection) if touched is None else list(touched)}
    found = sequence_shapes(*look_up(connection, [(SEQUENCES_SQL, arguments), (USES_SQL, arguments)]))
    shapes = [shape for shape in found if any(use.table in tables for use in shape.keys)]
    results = run_together(connection, [shape.select_sql() for shape in shapes])
    readings = {shape.oid: shape.reading_of(row) for shape, (row,) in zip(shapes, results, strict=True)}
    return past_keys(shapes, readings, tables, touched=touched)


def past_keys(
    shapes: Iterable[SequenceShape], readings: Mapping[int, SequenceReading], tables: Collection[QualifiedName], *,
    touched: frozenset[int] | None,
) -> tuple[SequenceState, ...]:
    """Where sequences have to stand to be past the keys of ``tables``: of those that are not, and can go on from there.

    Looked at are sequences that are among ``touched``, by oid, or give values to tables that are; None: all.
    """
    states: list[SequenceState] = []
    for shape in shapes:
        behind = readings[shape.oid].behind
        if not behind or (touched is not None and shape.relations.isdisjoint(touched)):
            continue
        key = shape.beyond([item.highest_key for item in behind
                            if item.table in tables and item.highest_key is not None])
        if key is not None:
            states.append(replace(readings[shape.oid].state, last_value=key, is_called=True))
    return tuple(states)


def restore_sequences(connection: Connection, states: Collection[SequenceState]) -> None:
    """Put sequences back where they stood, those that still exist and still reach that value."""
    if not states:
        return
    connection.execute(_RESTORE_SQL, (
        [state.name.schema for state in states], [state.name.name for state in states],
        [state.last_value for state in states], [state.is_called for state in states],
    ))


def _keys_sql(use: SequenceUse, increment: int) -> str:
    """The farthest key in the sequence's direction, and whether its next value is a key."""
    column, table = quote_identifier(use.column), use.table.sql if use.partitioned else f"ONLY {use.table.sql}"
    farthest, whole = ("max", "floor") if increment > 0 else ("min", "ceil")
    highest = f"SELECT {farthest}({column}) FROM {table}"
    if use.numeric:
        # No sequence ever gets to a NaN or an infinity; PostgreSQL sorts NaN after all numbers.
        highest = (f"SELECT {whole}({farthest}({column})) FROM {table} "
                   f"WHERE {column} > '-Infinity' AND {column} < 'Infinity'")
    return f"({highest}), EXISTS (SELECT FROM {table} WHERE {column} = following.value)"


def _bigint(value: int) -> str:
    return f"'{value}'::pg_catalog.int8"


def move_sql(table: QualifiedName, column: str, sequence: QualifiedName) -> str:
    """The statement that has ``sequence`` go on after what the column holds, where that lies ahead of it.

    Source: https://www.postgresql.org/docs/current/functions-sequence.html
    """
    literal = sequence.sql.replace("'", "''")
    return f"""
        SELECT pg_catalog.setval(s.seqrelid::pg_catalog.regclass, keys.farthest)
        FROM pg_catalog.pg_sequence s, {sequence.sql} present, LATERAL (
            SELECT CASE WHEN s.seqincrement > 0 THEN max({quote_identifier(column)})
                        ELSE min({quote_identifier(column)}) END::numeric::bigint
            FROM {table.sql}) keys (farthest)
        WHERE s.seqrelid = '{literal}'::pg_catalog.regclass AND keys.farthest BETWEEN s.seqmin AND s.seqmax
          AND CASE WHEN s.seqincrement > 0 THEN keys.farthest >= present.last_value
                   ELSE keys.farthest <= present.last_value END
    """
