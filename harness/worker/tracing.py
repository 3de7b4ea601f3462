"""Read some tables around every statement of a step, so that the parent can tell which statement did what.

Only where the parent asks for it. What is read is undone at once; a reading that fails harms nothing, and what changed
meanwhile is laid on no statement.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from harness.large_objects import COLUMNS as LARGE_OBJECT_COLUMNS
from harness.large_objects import KEY as LARGE_OBJECT_KEY
from harness.large_objects import LARGE_OBJECTS, SELECT_SQL
from harness.names import QualifiedName, quote_identifier
from harness.worker.failures import statement_text, user_location
from harness.worker.protocol import TableReading, TracedChange, Watched

MOST_ROWS = 5000
"""Rows of a watched table up to which it is read."""
READING_LIMIT_SECONDS = 20.0
"""What all readings of one step may take together."""

_SAVEPOINT = "roundtrip_trace"
# As the parent reads: https://www.postgresql.org/docs/current/runtime-config-client.html
_SESSION = {"search_path": "", "timezone": "Asia/Kathmandu", "datestyle": "ISO", "intervalstyle": "postgres",
            "extra_float_digits": "1", "bytea_output": "hex", "row_security": "off"}
_SET_SQL = "SELECT " + ", ".join(f"pg_catalog.set_config('{name}', '{value}', true)" for name, value in
                                 _SESSION.items())
# As JSON, which every driver gives alike.
_DESCRIBE_SQL = """
    SELECT pg_catalog.json_build_array(
        c.oid::bigint, n.nspname, c.relname, c.relkind = 'p',
        (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, a.attnum) ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v'),
        (SELECT pg_catalog.json_agg(a.attname ORDER BY pg_catalog.array_position(i.indkey::smallint[], a.attnum))
         FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid
          AND pg_catalog.array_position(i.indkey::smallint[], a.attnum) < i.indnkeyatts
         WHERE i.indrelid = c.oid AND i.indisprimary))::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND (c.oid IN ({oids}) OR (n.nspname, c.relname) IN ({names}))
"""

_Readings = tuple[TableReading | None, ...]


class Tracer:
    """Reads the watched tables on the connection of one step; in ``changes`` is what was seen, in order."""

    def __init__(self, connection: Connection, watched: Sequence[Watched]) -> None:
        self._connection = connection
        self._watched = [(item.oid, item.table) for item in watched]
        self._last: _Readings | None = None
        self._sure = True
        """Whether what changes now can only be the doing of the statement that was seen last."""
        self._seconds_left = READING_LIMIT_SECONDS
        self._location: str | None = None
        self.changes: list[TracedChange] = []

    def start(self) -> None:
        """Read the state before the step and listen to its statements."""
        self.notice(None, None)
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)

    def stop(self) -> None:
        """Listen no more."""
        event.remove(Engine, "before_cursor_execute", self._before)
        event.remove(Engine, "after_cursor_execute", self._after)

    def notice(self, statement: str | None, location: str | None) -> None:
        """Read, and note what differs from the last reading as the doing of ``statement``; None: of none that is known.

        The reading after the limit tells nothing, and all that comes later is unsure.
        """
        began = time.perf_counter()
        readings = self._read() if self._seconds_left > 0 else None
        self._seconds_left -= time.perf_counter() - began
        if readings is None:
            self._sure = False
            return
        if readings != self._last:
            known = statement if self._sure else None
            self.changes.append(TracedChange(known, location if known else None, readings))
        self._last, self._sure = readings, True

    def _before(self, connection: Connection, *_others: Any) -> None:
        # What the driver's own cursor or another connection has done since the last statement is not this one's doing.
        if self._is_ours(connection):
            self.notice(None, None)
            self._location = user_location()

    def _after(self, connection: Connection, _cursor: Any, statement: str, *_others: Any) -> None:
        if self._is_ours(connection):
            doubled = connection.dialect.paramstyle in {"format", "pyformat"}
            file = (self._location or "").rpartition(":")[0]
            self.notice(statement_text(statement, [file] if file else (), doubled=doubled), self._location)

    def _is_ours(self, connection: Connection) -> bool:
        return connection.connection.dbapi_connection is self._connection.connection.dbapi_connection

    def _read(self) -> _Readings | None:
        """The watched tables as they are; None when they cannot be read now, or have too many rows."""
        proxied = self._connection.connection
        alone = getattr(proxied.dbapi_connection, "autocommit", False)
        begin, *end = ("BEGIN", "ROLLBACK") if alone else (
            f"SAVEPOINT {_SAVEPOINT}", f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}", f"RELEASE SAVEPOINT {_SAVEPOINT}")
        cursor = proxied.cursor()
        try:
            cursor.execute(begin)
            try:
                return self._read_tables(cursor)
            finally:
                for statement in end:
                    cursor.execute(statement)
        except Exception:  # noqa: BLE001 - a failed transaction, a missing privilege, or a driver's own error
            return None
        finally:
            cursor.close()

    def _read_tables(self, cursor: Any) -> _Readings | None:
        cursor.execute(_SET_SQL)
        cursor.fetchall()
        names = ", ".join(f"({_literal(table.schema)}, {_literal(table.name)})" for _, table in self._watched)
        cursor.execute(_DESCRIBE_SQL.format(oids=", ".join(str(oid) for oid, _ in self._watched), names=names))
        found = [_Described.of(json.loads(text)) for (text,) in cursor.fetchall()]
        by_oid = {item.oid: item for item in found}
        by_name = {item.table: item for item in found}
        readings: list[TableReading | None] = []
        for number, (oid, table) in enumerate(self._watched):
            described = by_oid.get(oid) or by_name.get(table)
            if described is None:
                readings.append(None)
                continue
            self._watched[number] = described.oid, table  # one made anew is followed from now on
            cursor.execute(described.select_sql)
            rows = cursor.fetchall()
            if len(rows) > MOST_ROWS:
                return None
            readings.append(TableReading(
                table=described.table, oid=described.oid, columns=described.columns, attnums=described.attnums,
                key=described.key, rows=tuple(sorted((tuple(row[1:]) for row in rows), key=repr)),
            ))
        return tuple(readings)


@dataclass(frozen=True, slots=True)
class _Described:
    """A table as the catalogs have it now."""

    table: QualifiedName
    oid: int
    columns: tuple[str, ...]
    attnums: tuple[int, ...]
    key: tuple[str, ...]
    select_sql: str

    @classmethod
    def of(cls, described: list[Any]) -> _Described:
        oid, schema, name, partitioned, columns, key = described
        table = QualifiedName(schema, name)
        if table == LARGE_OBJECTS:
            columns = tuple(LARGE_OBJECT_COLUMNS)
            return cls(table, oid, columns, tuple(range(1, len(columns) + 1)), LARGE_OBJECT_KEY,
                       f"SELECT '1', object.* FROM ({SELECT_SQL}) AS object LIMIT {MOST_ROWS + 1}")
        names = tuple(column for column, _ in columns or ())
        # concat() takes the output function; a cast to text would strip the blanks of char(n).
        values = (f"CASE WHEN pg_catalog.num_nulls({quote_identifier(column)}) = 0 "
                  f"THEN pg_catalog.concat({quote_identifier(column)}) END" for column in names)
        select_sql = (f"SELECT {', '.join(('1', *values))} FROM {'' if partitioned else 'ONLY '}{table.sql} "
                      f"LIMIT {MOST_ROWS + 1}")
        return cls(table, oid, names, tuple(attnum for _, attnum in columns or ()), tuple(key or ()), select_sql)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
