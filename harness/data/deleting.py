"""Measure what deleting a row does: delete it, compare every table that was written to, and take it back.

Nothing is taken on trust: neither the foreign keys, which triggers and rules may bend, nor the triggers. Which tables
were written to is told by the locks of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import psycopg

from harness.cascade.chains import below, by_parent, find_roots
from harness.cascade.model import (
    CascadeFacts,
    Deletion,
    ForeignKey,
    Measurement,
    NotMeasured,
    Refusal,
    TableEffect,
)
from harness.cascade.reach import Links, RowId, order_by_reach
from harness.data.application import NO_PATH, OWN_PATH
from harness.data.compare import compare_rows, describe_row
from harness.data.contents import Contents
from harness.data.deleting_keys import read_deleting, read_pairs
from harness.data.rows import Connection, TableShape, query_together, rows_of, run_together
from harness.locks import TOUCHED_SQL
from harness.names import QualifiedName, quote_identifier

MOST_TRIED = 5
"""Rows that are tried where deleting is refused."""
_MESSAGE_LIMIT = 400
"""The detail of a foreign key's complaint holds the whole key."""
TIME_LIMIT_SECONDS = 10.0
"""Of one delete, which without indexes on its foreign keys reads whole tables."""
_READING_COST = 200
"""What reading a table costs, in rows, however few it has."""
_MOST_COST = 1_000_000
"""What all readings may cost, in rows: about a second. In most schemas they cost a hundredth."""
_TOO_MUCH = "what the chains of this schema lead to is too much to read after each delete"
_SHOWN_COLUMNS = 3
"""Of a row without a key."""

# Triggers find their tables as they would in a session of the application's. What is deferred to the commit is done
# before anything is counted.
_AS_AN_APPLICATION = (OWN_PATH, f"SET LOCAL statement_timeout = '{TIME_LIMIT_SECONDS:g}s'")
_ALL_NOW = ("SET CONSTRAINTS ALL IMMEDIATE", NO_PATH, "SET LOCAL statement_timeout = 0")


def measure_deletes(connection: Connection, contents: Contents) -> CascadeFacts:
    """Measure what deletes do in a database in which nobody else writes, and that holds ``contents``.

    Of each table to which a foreign key refers that cascades, the row with the most below it is deleted, and for each
    of these foreign keys a row on which it acts. All is taken back; only sequences that triggers move stay moved.

    Raises:
        psycopg.Error: the server refused to read, or the connection is lost.
    """
    joins, triggers = read_deleting(connection)
    keys = tuple(joins)
    if not any(key.cascades for key in keys):
        return CascadeFacts(keys=keys, triggers=triggers, by_key=(None,) * len(keys))
    children = by_parent(keys)
    parents = _from_the_roots(keys)
    concerned = set(parents)
    links = Links.of(read_pairs(connection, {key: join for key, join in joins.items() if key.parent in concerned}))
    measuring = _Measuring(connection, contents, links)
    from_parents = {parent: measuring.of_parent([key for key in children[parent] if key.cascades])
                    for parent in parents}
    return CascadeFacts(
        keys=keys, triggers=triggers, from_parents=tuple(from_parents.items()),
        by_key=tuple(measuring.of_key(key) if key.cascades else None for key in keys))


def _from_the_roots(keys: Sequence[ForeignKey]) -> list[QualifiedName]:
    """The tables to which foreign keys refer that cascade, those first from which most is deleted."""
    children = by_parent(key for key in keys if key.cascades)
    roots = find_roots(keys)
    reached = dict.fromkeys([*roots, *(table for root in roots for table in below(children, root))])
    return [table for table in reached if table in children]


class _Measuring:
    """Deletes rows of one database."""

    def __init__(self, connection: Connection, contents: Contents, links: Links) -> None:
        self._connection = connection
        self._contents = contents
        self._links = links
        self._tried: dict[RowId, Deletion | Refusal] = {}
        self._rows_deleted: dict[Deletion, RowId] = {}
        self._largest: dict[QualifiedName, Measurement] = {}
        """What deleting the row with the most below it did, by table."""
        self._cost = 0

    def of_parent(self, keys: Sequence[ForeignKey]) -> Measurement:
        """Delete the row with the most below it among those to which ``keys``, all of one table, refer."""
        rows = dict.fromkeys(row for key in keys for row in self._links.referred_by[key])
        children = dict.fromkeys(key.counted_in for key in keys)
        measured = self._delete_one(keys[0].parent, rows, tuple(children))
        self._largest[keys[0].parent] = measured
        return measured

    def of_key(self, key: ForeignKey) -> Measurement:
        """Delete the row with the most below it among those to which ``key`` refers."""
        rows = self._links.referred_by[key]
        largest = self._largest.get(key.parent)
        if isinstance(largest, Deletion) and self._rows_deleted[largest] in rows:
            return largest
        return self._delete_one(key.parent, rows, (key.counted_in,))

    def _delete_one(
        self, table: QualifiedName, rows: Iterable[RowId], children: Sequence[QualifiedName]
    ) -> Measurement:
        if self._cost > _MOST_COST:
            return NotMeasured(reason=_TOO_MUCH)
        refused: list[Refusal] = []
        for row in order_by_reach(self._links, rows)[:MOST_TRIED]:
            if row not in self._tried:
                self._tried[row] = self._delete(table, row)
            tried = self._tried[row]
            if isinstance(tried, Deletion):
                deletion = replace(tried, refused=tuple(refused))
                self._rows_deleted[deletion] = row
                return deletion
            refused.append(tried)
        if refused:
            return NotMeasured(reason="every delete that was tried was refused", refused=tuple(refused))
        return NotMeasured(reason=self._why_no_row(table, children))

    def _why_no_row(self, table: QualifiedName, children: Sequence[QualifiedName]) -> str:
        empty = [child for child in children if not self._rows_of(child)]
        if len(empty) == len(children):
            return f"{' and '.join(map(str, empty))} {'has' if len(empty) == 1 else 'have'} no rows"
        return f"no row refers to a row of {table}"

    def _rows_of(self, table: QualifiedName) -> int:
        rows = self._contents.rows.get(table)
        return len(rows.rows) if rows is not None else 0

    def _delete(self, table: QualifiedName, row: RowId) -> Deletion | Refusal:
        oid, ctid = row
        where = f"WHERE tableoid = {oid} AND ctid = '{ctid}'"
        shown = self._describe(table, where)
        try:
            with self._connection.transaction(force_rollback=True):
                for statement in _AS_AN_APPLICATION:
                    self._connection.execute(statement)
                self._connection.execute(f"DELETE FROM {self._from(table)} {where}".encode(), prepare=False)
                for statement in _ALL_NOW:
                    self._connection.execute(statement)
                return Deletion(table=table, row=shown, effects=self._effects(table))
        except psycopg.Error as error:
            if self._connection.broken:
                raise
            return Refusal(shown, _in_one_line(error))

    def _from(self, table: QualifiedName) -> str:
        # No heir's rows: nothing refers to those. A partition that foreign keys refer to may have partitions itself.
        shape = self._shape(table)
        return table.sql if shape is None or shape.partitioned else f"ONLY {table.sql}"

    def _shape(self, table: QualifiedName) -> TableShape | None:
        """None for a partition, which is part of its root."""
        rows = self._contents.rows.get(table)
        return self._contents.tables.get(rows.oid) if rows is not None else None

    def _describe(self, table: QualifiedName, where: str) -> str:
        shape = self._shape(table)
        columns = (shape.key or shape.columns[:_SHOWN_COLUMNS]) if shape is not None else ()
        if not columns:
            return "a row"
        select = f"SELECT {', '.join(map(quote_identifier, columns))} FROM {self._from(table)} {where}"
        (rows,) = run_together(self._connection, [select])
        return describe_row(columns, rows[0]) if rows else "a row"

    def _effects(self, table: QualifiedName) -> tuple[TableEffect, ...]:
        """What has become of the tables that the transaction has written to."""
        told = self._connection.execute(TOUCHED_SQL, prepare=True).fetchone()
        assert told is not None, "one row"
        oids = map(int, told[0].split(",")) if told[0] else ()
        shapes = [self._contents.tables[oid] for oid in oids if oid in self._contents.tables]
        self._cost += sum(_READING_COST + self._rows_of(shape.table) for shape in shapes)
        results = query_together(self._connection, [shape.select_sql() for shape in shapes])
        effects: dict[QualifiedName, TableEffect] = {}
        for shape, found in zip(shapes, results, strict=True):
            before = self._contents.rows[shape.table]
            delta = compare_rows(before, rows_of(shape, found))
            if delta:
                effects[shape.table] = TableEffect(
                    table=shape.table, rows=len(before.rows), deleted=len(delta.lost), added=len(delta.added),
                    changed=delta.rows_changed, columns=tuple(change.column for change in delta.changed))
        return tuple(effects[name] for name in sorted(effects, key=lambda name: (name != table, name)))


def _in_one_line(error: psycopg.Error) -> str:
    detail = f"; {error.diag.message_detail}" if error.diag.message_detail else ""
    message = error.diag.message_primary or str(error).strip() or "no message"
    told = f"{type(error).__name__}: {' '.join(f'{message}{detail}'.split())}"
    return told if len(told) <= _MESSAGE_LIMIT else told[: _MESSAGE_LIMIT - 1] + "…"
