"""Read whole tables as PostgreSQL's own text, so that two states of a database can be compared without interpretation.

Values come in the text result format and are kept as they come. A cast to text would not do: it strips the blanks of
``char(n)`` and spells booleans differently from the output function that pg_dump and psql show.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import Format
from psycopg.rows import TupleRow

from harness.catalog.objects import CatalogObject, Column, Constraint, Table
from harness.names import QualifiedName, quote_identifier

Row = tuple[str | None, ...]
"""One row: the output function's text of each value, None for NULL."""

Connection = psycopg.Connection[TupleRow]

STATEMENTS_AT_ONCE = 200
"""Statements that are sent together: they are one transaction, and each keeps its locks until its end.

Source: https://www.postgresql.org/docs/current/runtime-config-locks.html#GUC-MAX-LOCKS-PER-TRANSACTION
"""

_PLAN_FOR_FEW = """
    SELECT pg_catalog.set_config('enable_hashjoin', 'off', true),
           pg_catalog.set_config('enable_mergejoin', 'off', true),
           pg_catalog.set_config('enable_seqscan', 'off', true)
"""
_WORD_OF_KEY = re.compile(r'"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^",() ]+)|(?P<end>\))')
_NUMERIC_OID = psycopg.adapters.types["numeric"].oid
_TEXT_OID = psycopg.adapters.types["text"].oid
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,20}\Z")

# A partition is read through its root; a virtual generated column (PostgreSQL 18) holds nothing of its own, and its
# expression may even fail when it is read.
_LIST_SQL = """
    SELECT n.nspname, c.relname, c.oid::bigint
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND d.objid = c.oid AND d.deptype = 'e')
"""
_DESCRIBE_SQL = """
    SELECT n.nspname, c.relname, c.oid::bigint, c.relkind = 'p',
           coalesce(array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}'),
           coalesce(array_agg(a.attnum::int ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}'),
           coalesce(array_agg(a.attname::text ORDER BY place.of) FILTER (WHERE place.of < i.indnkeyatts), '{}')
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute a
           ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'
    LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
    -- indkey counts from 0 and ends with the columns that the index only INCLUDEs.
    CROSS JOIN LATERAL (SELECT pg_catalog.array_position(i.indkey::smallint[], a.attnum)) AS place (of)
"""
_GROUP_SQL = " GROUP BY n.nspname, c.relname, c.oid, c.relkind"
_DESCRIBE_NAMED_SQL = f"""{_DESCRIBE_SQL}
    JOIN unnest(%s::text[]::name[], %s::text[]::name[]) AS wanted (nspname, relname)
      ON n.nspname = wanted.nspname AND c.relname = wanted.relname
    WHERE c.relkind IN ('r', 'p') {_GROUP_SQL}"""


@dataclass(frozen=True, slots=True)
class TableRows:
    """Every row of one table at one moment, in an order that depends on the values alone."""

    table: QualifiedName
    oid: int
    columns: tuple[str, ...]
    """Columns that hold values, in the table's order: no dropped and no virtual generated ones."""
    attnums: tuple[int, ...]
    """``pg_attribute.attnum`` of each column: a column that keeps its number was never dropped."""
    key: tuple[str, ...]
    """Columns of the primary key in its order; empty when there is none."""
    rows: tuple[Row, ...]
    numbers: frozenset[str] = frozenset()
    """The columns of type numeric, or of a domain over it: their values are the same where they are as numbers."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave."""

    rows: tuple[Row, ...]
    numbers: frozenset[int]
    """The places of its columns of type numeric, or of a domain over it."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """What must be known of a table before its rows can be read."""

    table: QualifiedName
    oid: int
    partitioned: bool
    columns: tuple[str, ...]
    attnums: tuple[int, ...]
    key: tuple[str, ...]

    @classmethod
    def of_row(cls, row: TupleRow) -> TableShape:
        """Take a row of a query that describes tables."""
        schema, name, oid, partitioned, columns, attnums, key = row
        return cls(QualifiedName(schema, name), oid, partitioned, tuple(columns), tuple(attnums), tuple(key))

    @classmethod
    def of_objects(cls, items: Iterable[CatalogObject]) -> TableShape | None:
        """Make it of a relation's objects in a snapshot; None where it has no rows of its own that are the user's."""
        table: Table | None = None
        columns: list[Column] = []
        key: tuple[str, ...] = ()
        for item in items:
            match item:
                case Table(relkind="r" | "p", partition_of=None):
                    table = item
                case Column(generated=None | "STORED"):
                    columns.append(item)
                case Constraint(contype="p"):
                    key = key_columns(item.definition)
        if table is None:
            return None
        columns.sort(key=attrgetter("attnum"))
        return cls(table.name, table.oid, table.relkind == "p", tuple([column.name for column in columns]),
                   tuple([column.attnum for column in columns]), key)

    @property
    def from_sql(self) -> str:
        """The table as a FROM item: a partitioned table with its partitions, any other without its children.

        Source: https://www.postgresql.org/docs/current/ddl-inherit.html
        """
        return self.table.sql if self.partitioned else f"ONLY {self.table.sql}"

    def select_sql(self, *system_columns: str) -> str:
        """A SELECT of the given system columns, then of all columns."""
        items = [*system_columns, *(quote_identifier(column) for column in self.columns)]
        return f"SELECT {', '.join(items)} FROM {self.from_sql}"


def key_columns(definition: str) -> tuple[str, ...]:
    """The columns of a key by its definition, ``PRIMARY KEY (id, "Day" WITHOUT OVERLAPS) INCLUDE (name)``."""
    columns: list[str] = []
    for word in _WORD_OF_KEY.finditer(definition, definition.index("(")):
        if word["end"]:
            break
        if word["quoted"] is not None:
            columns.append(word["quoted"].replace('""', '"'))
        elif word["plain"] and not word["plain"].isupper():  # PostgreSQL quotes a name with capitals
            columns.append(word["plain"])
    return tuple(columns)


def list_tables(connection: Connection, *, exclude: frozenset[QualifiedName]) -> dict[QualifiedName, int]:
    """Every table whose rows belong to the user, in order of name, with its oid, without those in ``exclude``.

    Ordinary tables, inheritance children and partitioned roots; no partitions, foreign or temporary tables, nothing in
    a system schema or owned by an extension.
    """
    found = connection.execute(_LIST_SQL, prepare=True).fetchall()
    tables = {QualifiedName(schema, name): oid for schema, name, oid in found}
    return {name: tables[name] for name in sorted(tables) if name not in exclude}


def read_rows(connection: Connection, tables: Collection[QualifiedName]) -> dict[QualifiedName, TableRows]:
    """Read these tables whole, in two round trips or a few more; one that does not exist is left out.

    Values depend on the session's DateStyle, IntervalStyle, TimeZone, bytea_output, extra_float_digits and search_path,
    so read both states that are to be compared with the same settings.
    """
    shapes = describe_tables(connection, tables)
    results = query_together(connection, [shape.select_sql() for shape in shapes])
    return {shape.table: rows_of(shape, found) for shape, found in zip(shapes, results, strict=True)}


def rows_of(shape: TableShape, found: Result) -> TableRows:
    """Make of what ``shape.select_sql()`` gave the rows of the table."""
    return TableRows(shape.table, shape.oid, shape.columns, shape.attnums, shape.key,
                     in_order(found.rows, shape.columns, shape.key),
                     frozenset(shape.columns[place] for place in found.numbers))


def describe_tables(connection: Connection, tables: Collection[QualifiedName]) -> tuple[TableShape, ...]:
    """The shapes of those of these tables that exist, in the order given."""
    wanted = list(dict.fromkeys(tables))
    if not wanted:
        return ()
    names = [name.schema for name in wanted], [name.name for name in wanted]
    (found_rows,) = look_up(connection, [(_DESCRIBE_NAMED_SQL, names)])
    shapes = map(TableShape.of_row, found_rows)
    found = {shape.table: shape for shape in shapes}
    return tuple(found[name] for name in wanted if name in found)


def tables_with_rows(connection: Connection, tables: Collection[QualifiedName]) -> frozenset[QualifiedName]:
    """Those of these tables that hold a row of their own."""
    shapes = describe_tables(connection, tables)
    found = run_together(connection, [f"SELECT FROM {shape.from_sql} LIMIT 1" for shape in shapes])
    return frozenset(shape.table for shape, rows in zip(shapes, found, strict=True) if rows)


def run_together(connection: Connection, statements: Sequence[str]) -> list[tuple[Row, ...]]:
    """Run statements without parameters in as few round trips as can be, and return the rows of each as text."""
    return [found.rows for found in query_together(connection, statements)]


def query_together(connection: Connection, statements: Sequence[str]) -> list[Result]:
    """Run statements as ``run_together`` does, and return also which columns hold numbers.

    Nothing of them is prepared: another session changes the tables, and a plan kept for one of them would be refused
    with "cached plan must not change result type".

    Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
    """
    results: list[Result] = []
    remaining = iter(statements)
    while batch := list(islice(remaining, STATEMENTS_AT_ONCE)):
        cursor = connection.cursor().execute(";\n".join(batch).encode(), prepare=False)
        results.append(_found(cursor))
        while cursor.nextset():
            results.append(_found(cursor))
    return results


def _found(cursor: psycopg.Cursor[Any]) -> Result:
    rows, result = tuple(text_rows(cursor)), cursor.pgresult
    assert result is not None, "text_rows has read it"
    # For a domain PostgreSQL tells the type that it is over.
    return Result(rows, frozenset(place for place in range(result.nfields) if result.ftype(place) == _NUMERIC_OID))


def look_up(connection: Connection, queries: Sequence[tuple[Any, Any]]) -> list[list[TupleRow]]:
    """Run queries of the catalogs, with their parameters, in one round trip; the rows of each.

    Their plans are made once a session, for few rows that indexes find: without statistics of the catalogs PostgreSQL
    would rather read them whole.
    """
    with connection.pipeline():
        # Until the pipeline ends: all of it is one transaction.
        connection.execute(_PLAN_FOR_FEW, prepare=True)
        cursors = [connection.cursor().execute(sql, parameters, prepare=True) for sql, parameters in queries]
    return [cursor.fetchall() for cursor in cursors]


def text_rows(cursor: psycopg.Cursor[Any]) -> list[Row]:
    """The rows of an executed cursor as the server's text, whatever loaders are registered for their types."""
    result = cursor.pgresult
    assert result is not None, "the cursor was executed"
    transformer = Transformer(cursor)
    transformer.set_pgresult(result, set_loaders=False)
    transformer.set_loader_types([_TEXT_OID] * result.nfields, Format.TEXT)
    try:
        return transformer.load_rows(0, result.ntuples, tuple)
    except UnicodeDecodeError:
        # SQL_ASCII databases may hold bytes that are no text; they must not end a run.
        encoding = cursor.connection.info.encoding
        values = ([result.get_value(number, column) for column in range(result.nfields)]
                  for number in range(result.ntuples))
        return [tuple(None if value is None else value.decode(encoding, "backslashreplace") for value in row)
                for row in values]


def in_order(rows: Collection[Row], columns: Sequence[str], key: Sequence[str]) -> tuple[Row, ...]:
    """The rows sorted by the key's columns, then by all: whole numbers by value, then other texts, then NULL."""
    if len(rows) < 2:  # noqa: PLR2004 - nothing to sort
        return tuple(rows)
    first = [columns.index(column) for column in key]
    keys = [tuple([row[position] for position in first]) for row in rows]
    if first and len(set(keys)) == len(keys):  # then what else a row holds does not matter
        return tuple([row for _, row in sorted(zip(map(place_in_order, keys), rows, strict=True), key=itemgetter(0))])
    return tuple(sorted(rows, key=lambda row: place_in_order((*(row[position] for position in first), *row))))


def place_in_order(row: Row) -> tuple[tuple[int, int, str], ...]:
    """What to sort a row by."""
    return tuple(_place(value) for value in row)


def _place(value: str | None) -> tuple[int, int, str]:
    if value is None:
        return (2, 0, "")
    if _WHOLE_NUMBER.match(value):
        return (0, int(value), value)
    return (1, 0, value)
