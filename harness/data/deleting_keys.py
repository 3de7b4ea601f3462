"""Read which foreign keys and triggers act when a row is deleted, and which rows the foreign keys are between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.cascade.model import Action, DeleteTrigger, ForeignKey
from harness.cascade.reach import RowId
from harness.data.foreign_keys import ENFORCED_SQL, JOIN_SQL
from harness.data.rows import Connection, look_up, run_together
from harness.names import QualifiedName

MOST_PAIRS = 10_000
"""Of rows that a foreign key is between: enough to choose a row by."""

_ACTIONS = {"a": Action.NO_ACTION, "r": Action.RESTRICT, "c": Action.CASCADE, "n": Action.SET_NULL,
            "d": Action.SET_DEFAULT}
"""Source: https://www.postgresql.org/docs/current/catalog-pg-constraint.html"""

# What hangs on a table that an extension owns is the extension's.
_OURS_SQL = """
    AND child.relpersistence <> 't'
    AND child_schema.nspname !~ '^pg_' AND child_schema.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND d.objid = child.oid AND d.deptype = 'e')
"""
_CASCADING_SQL = """
    SELECT con.oid::bigint, n.nspname, c.relname, con.conname
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE con.contype = 'f' AND con.confdeltype = 'c' AND con.conparentid = 0
"""

# A table only joins others where each of its columns is one of a reference or of the primary key, and nothing refers to
# it. confdelsetcols came with PostgreSQL 15: to_jsonb reads it where it exists.
_KEYS_SQL = f"""
    SELECT con.conname, child_schema.nspname, child.relname, parent_schema.nspname, parent.relname,
           con.confdeltype::text, con.confupdtype::text, con.confmatchtype = 'f', con.condeferrable, con.condeferred,
           NOT con.convalidated,
           ARRAY(SELECT a.attname::text FROM unnest(con.conkey) WITH ORDINALITY AS key (attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = key.attnum
                 ORDER BY key.place),
           ARRAY(SELECT a.attname::text FROM unnest(con.confkey) WITH ORDINALITY AS key (attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = key.attnum
                 ORDER BY key.place),
           ARRAY(SELECT a.attname::text
                 FROM pg_catalog.jsonb_array_elements_text(
                     nullif(pg_catalog.to_jsonb(con) -> 'confdelsetcols', 'null'))
                     WITH ORDINALITY AS key (attnum, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = key.attnum::smallint
                 ORDER BY key.place),
           (SELECT ARRAY[n.nspname, root.relname]::text[]
            FROM pg_catalog.pg_class root JOIN pg_catalog.pg_namespace n ON n.oid = root.relnamespace
            WHERE root.oid = coalesce(pg_catalog.pg_partition_root(child.oid)::oid, child.oid)),
           NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                       WHERE a.attrelid = con.conrelid AND a.attnum > 0 AND NOT a.attisdropped
                         AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                                         WHERE k.conrelid = a.attrelid AND k.contype IN ('f', 'p')
                                           AND a.attnum = ANY (k.conkey)))
           AND (SELECT count(*) > 1 FROM pg_catalog.pg_constraint k WHERE k.conrelid = con.conrelid AND k.contype = 'f')
           AND con.conrelid NOT IN (SELECT k.confrelid FROM pg_catalog.pg_constraint k WHERE k.contype = 'f'),
           {JOIN_SQL}
    {ENFORCED_SQL} AND con.confdeltype IN ('c', 'n', 'd') {_OURS_SQL}
    ORDER BY child_schema.nspname, child.relname, con.conname
"""
# tgtype: bit 1 is BEFORE, bit 3 DELETE. A partition's copy of a trigger is its parent's.
_TRIGGERS_SQL = """
    SELECT t.tgname, n.nspname, c.relname, CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END,
           t.tgfoid::pg_catalog.regprocedure::text
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relkind IN ('r', 'p')
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgtype & 8 <> 0 AND t.tgenabled IN ('O', 'A')
      AND n.nspname !~ '^pg_'
    ORDER BY n.nspname, c.relname, t.tgname
"""


def read_deleting(connection: Connection) -> tuple[dict[ForeignKey, str], tuple[DeleteTrigger, ...]]:
    """The foreign keys that act on a delete, each with what joins its rows (``JOIN_SQL``), and the triggers that do."""
    keys, triggers = look_up(connection, [(_KEYS_SQL, None), (_TRIGGERS_SQL, None)])
    return dict(map(_key, keys)), tuple(
        DeleteTrigger(name=name, table=QualifiedName(schema, table), timing=timing, function=function)
        for name, schema, table, timing, function in triggers)


def list_cascading(connection: Connection) -> dict[int, tuple[QualifiedName, str]]:
    """The foreign keys that cascade, table and name by oid."""
    found = connection.execute(_CASCADING_SQL, prepare=True)
    return {oid: (QualifiedName(schema, table), name) for oid, schema, table, name in found}


def read_pairs(
    connection: Connection, joins: Mapping[ForeignKey, str]
) -> Iterator[tuple[ForeignKey, list[tuple[RowId, RowId]]]]:
    """Of each foreign key the rows that it is between, parent and child; of very many, some."""
    statements = [f"SELECT parent.tableoid, parent.ctid, child.tableoid, child.ctid {join} LIMIT {MOST_PAIRS}"
                  for join in joins.values()]
    for key, rows in zip(joins, run_together(connection, statements), strict=True):
        yield key, [((str(parent), str(parent_ctid)), (str(child), str(child_ctid)))
                    for parent, parent_ctid, child, child_ctid in rows]


def _key(row: tuple[Any, ...]) -> tuple[ForeignKey, str]:
    (name, child_schema, child, parent_schema, parent, on_delete, on_update, match_full, deferrable, deferred,
     not_valid, columns, referenced, set_columns, counted_in, only_joins, join) = row
    return ForeignKey(
        name=name, child=QualifiedName(child_schema, child), columns=tuple(columns),
        parent=QualifiedName(parent_schema, parent), referenced_columns=tuple(referenced),
        on_delete=_ACTIONS[on_delete], set_columns=tuple(set_columns), on_update=_ACTIONS[on_update],
        match_full=match_full, deferrable=deferrable, initially_deferred=deferred, not_valid=not_valid,
        only_joins=only_joins, counted_in=QualifiedName(*counted_in),
    ), join
