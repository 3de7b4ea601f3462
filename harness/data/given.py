"""Insert rows that a team gives for a state of its history, as they are.

The rows are written as for pytest-alembic, whose ``before_revision_data`` and ``at_revision_data`` they may come from:
plain Python objects by column. They are stored as SQLAlchemy would store them in a table that it has reflected.

Source: https://pytest-alembic.readthedocs.io/en/latest/custom_data.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import psycopg

from harness.data.given_values import ColumnType, adapt, read_column_types
from harness.data.seed import SeedOutcome, count_rows
from harness.data.sequences import move_sql
from harness.names import QualifiedName, RevisionId, quote_identifier

_NOTHING: Mapping[RevisionId, tuple[Given, ...]] = MappingProxyType({})
# What a value can be refused with before the server has seen it: no adapter, no JSON, a text with a NUL, too large.
_REFUSALS = (psycopg.Error, TypeError, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class GivenRows:
    """Rows for one table, in the order in which they are inserted."""

    table: str
    """As written: ``table``, found as the search path finds it, or ``schema.table``."""
    rows: tuple[Mapping[str, object], ...]
    """Values by column; a column that is not named takes its default."""
    origin: str | None = None
    """The file that they come from, as it is told; None for rows from code."""


@dataclass(frozen=True, slots=True)
class GivenScript:
    """What puts rows in by itself: a SQL file, or a function that is run where the migrations are."""

    origin: str
    """As it is told: the file, or ``module:function``."""
    sql: str | None = None
    """What the file holds; None for a function."""


Given = GivenRows | GivenScript


@dataclass(frozen=True, slots=True)
class GivenSeeds:
    """What a team gives: for moments of the way up, and for tables."""

    before: Mapping[RevisionId, tuple[Given, ...]] = field(default_factory=lambda: _NOTHING)
    """Put in when the database stands right before the revision."""
    at: Mapping[RevisionId, tuple[Given, ...]] = field(default_factory=lambda: _NOTHING)
    """Put in right after the revision's upgrade."""
    tables: Mapping[str, tuple[Given, ...]] = field(default_factory=dict)
    """Put in whenever the table of this name, as written, is there and empty."""

    def __bool__(self) -> bool:
        """Whether any are given."""
        return bool(self.before or self.at or self.tables)

    def __add__(self, others: GivenSeeds) -> GivenSeeds:
        """Both; at one moment ``others`` come last."""
        return GivenSeeds(before=_joined(self.before, others.before), at=_joined(self.at, others.at),
                          tables={name: self.tables.get(name, ()) + others.tables.get(name, ())
                                  for name in {**self.tables, **others.tables}})


def _joined(
    first: Mapping[RevisionId, tuple[Given, ...]], last: Mapping[RevisionId, tuple[Given, ...]]
) -> Mapping[RevisionId, tuple[Given, ...]]:
    return {revision: first.get(revision, ()) + last.get(revision, ()) for revision in {**first, **last}}


NO_SEEDS = GivenSeeds()


def insert_given(connection: psycopg.Connection, given: Sequence[GivenRows]) -> tuple[SeedOutcome, ...]:
    """Insert ``given`` in its order; one outcome a table, with the reason why its first refused row was refused.

    All is one transaction, with constraints checked when they say so, as pytest-alembic does it; where that fails,
    each row that can be stored is stored. Sequences that number the given columns are moved past the given values.
    """
    with connection.transaction():
        _use_own_session(connection)
        inserts = [_Insert(connection, rows) for rows in given]
        if _insert_whole(connection, inserts) is not None:
            for insert in inserts:
                insert.one_by_one(connection)
        for insert in inserts:
            insert.move_sequences(connection)
        return _outcomes(connection, inserts)


def run_sql(connection: psycopg.Connection, script: str) -> None:
    """Run the statements of a SQL file, in a session as one has it who connects without our settings.

    Raises:
        psycopg.Error: the server refuses one of them; nothing of the others stays.
    """
    with connection.transaction():
        _use_own_session(connection)
        connection.execute(script.encode(), prepare=False)


def _use_own_session(connection: psycopg.Connection) -> None:
    """Names and times mean what they mean to who connects without our settings; until the transaction ends."""
    connection.execute("SELECT pg_catalog.set_config(name, reset_val, true) FROM pg_catalog.pg_settings "
                       "WHERE name IN ('search_path', 'TimeZone')")


def _insert_whole(connection: psycopg.Connection, inserts: Sequence[_Insert]) -> Exception | None:
    try:
        with connection.transaction():
            for insert in inserts:
                insert.whole(connection)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except _REFUSALS as error:
        if connection.closed:
            raise
        return error
    return None


class _Insert:
    """The rows of one GivenRows on their way into a table."""

    def __init__(self, connection: psycopg.Connection, given: GivenRows) -> None:
        self.given = given
        found = find_table(connection, given.table)
        self.missing = isinstance(found, str)
        self.error: str | None = found if isinstance(found, str) else None
        self.refused = len(given.rows) if self.missing else 0
        self.table = _as_written(given.table) if isinstance(found, str) else found
        self._types: Mapping[str, ColumnType] = {} if self.missing else read_column_types(connection, self.table)

    def whole(self, connection: psycopg.Connection) -> None:
        """Insert every row; raises what refuses one of them."""
        for row in () if self.missing else self.given.rows:
            self._insert(connection, row)

    def one_by_one(self, connection: psycopg.Connection) -> None:
        """Insert the rows that the table takes; constraints are checked at once, so that a row's fault is its own."""
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for row in () if self.missing else self.given.rows:
            try:
                with connection.transaction():
                    self._insert(connection, row)
            except _REFUSALS as error:
                if connection.closed:
                    raise
                self.refused += 1
                self.error = self.error or _one_line(error)

    def move_sequences(self, connection: psycopg.Connection) -> None:
        """Have owned sequences go on after the values that were given, where these lie ahead of them."""
        named = {column for row in self.given.rows for column in row}
        for column in sorted(named & self._types.keys()):
            sequence = self._types[column].sequence
            if sequence is not None:
                connection.execute(move_sql(self.table, column, sequence).encode())

    def _insert(self, connection: psycopg.Connection, row: Mapping[str, object]) -> None:
        values = [adapt(value, self._types.get(column)) for column, value in row.items()]
        # prepare=False: the statement is not sent again, and the table may be another one by then.
        connection.execute(_insert_sql(self.table, tuple(row)).encode(), values, prepare=False)


def _insert_sql(table: QualifiedName, columns: Sequence[str]) -> str:
    if not columns:
        return f"INSERT INTO {table.sql} DEFAULT VALUES"
    names = ", ".join(quote_identifier(column) for column in columns)
    head = f"INSERT INTO {table.sql} ({names}) OVERRIDING SYSTEM VALUE ".replace("%", "%%")
    return f"{head}VALUES ({', '.join(['%s'] * len(columns))})"


def find_table(connection: psycopg.Connection, written: str) -> QualifiedName | str:
    """The table that ``written`` names; a text why there is none.

    Without a schema it is the one that the search path finds, or the only one of that name anywhere.
    """
    schema, dot, name = written.partition(".")
    found = connection.execute(
        "SELECT n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid) "
        "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relname = %s AND (n.nspname = %s OR (%s AND n.nspname !~ '^pg_' "
        "AND n.nspname <> 'information_schema')) ORDER BY 3 DESC, 1",
        [name if dot else written, schema if dot else None, not dot],
    ).fetchall()
    if not found:
        return "there is no such table"
    (first_schema, first_name, visible), others = found[0], found[1:]
    if visible or dot or not others:
        return QualifiedName(first_schema, first_name)
    return f"the table is in several schemas: {', '.join(row[0] for row in found)}"


def _as_written(table: str) -> QualifiedName:
    schema, dot, name = table.partition(".")
    return QualifiedName(schema, name) if dot else QualifiedName("public", table)


def _outcomes(connection: psycopg.Connection, inserts: Sequence[_Insert]) -> tuple[SeedOutcome, ...]:
    by_table: dict[QualifiedName, list[_Insert]] = {}
    for insert in inserts:
        by_table.setdefault(insert.table, []).append(insert)
    held = count_rows(connection, [table for table, of_table in by_table.items() if not of_table[0].missing])
    return tuple(
        SeedOutcome(table, sum(len(insert.given.rows) for insert in of_table), held.get(table, 0), _error(of_table))
        for table, of_table in by_table.items()
    )


def _error(inserts: Sequence[_Insert]) -> str | None:
    refused = sum(insert.refused for insert in inserts)
    reason = next((insert.error for insert in inserts if insert.error is not None), None)
    if reason is None:
        return None
    given = sum(len(insert.given.rows) for insert in inserts)
    files = dict.fromkeys(insert.given.origin for insert in inserts if insert.error is not None and insert.given.origin)
    where = f" (of {', '.join(files)})" if files else ""
    return f"{refused} of {given} given rows{where} could not be stored: {reason}"


def _one_line(error: Exception) -> str:
    diagnostics = getattr(error, "diag", None)
    if diagnostics is not None and diagnostics.message_primary:
        detail = f"; {diagnostics.message_detail}" if diagnostics.message_detail else ""
        return f"{diagnostics.message_primary}{detail}"
    return " ".join(str(error).split()) or type(error).__name__
