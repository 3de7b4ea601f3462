"""Take most rows out of large tables, such that those that stay still refer to rows that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from harness.data.remove import ForeignKeyJoin, obstacles, read_foreign_keys, table_names, without_triggers
from harness.data.rows import Connection, TableShape, describe_tables, run_together
from harness.names import QualifiedName

_Kept = defaultdict[str, set[str]]
"""ctids by the oid, as text, of the table that holds the row."""


def count_rows_of(connection: Connection, tables: Collection[QualifiedName]) -> dict[QualifiedName, int]:
    """How many rows of its own each of these tables holds, with its partitions where it has any."""
    shapes = describe_tables(connection, tables)
    counted = run_together(connection, [f"SELECT count(*) FROM {shape.from_sql}" for shape in shapes])
    return {shape.table: int(rows[0][0] or 0) for shape, rows in zip(shapes, counted, strict=True)}


def thin_out(connection: Connection, rows: Mapping[QualifiedName, int], *, keep: int) -> None:
    """Delete of each table that holds more rows all but about ``keep`` of them, spread over the table.

    ``rows`` says how many each holds. Rows that a row that stays refers to stay, too, whatever their number; rows that
    refer to one that goes, go with it. No trigger fires.
    """
    shapes = describe_tables(connection, rows)
    kept = _spread(connection, shapes, rows, keep)
    keys = read_foreign_keys(connection)
    with without_triggers(connection):
        _add_referenced_rows(connection, keys, kept)
        for shape in shapes:
            if rows[shape.table] > keep:
                _delete_others(connection, shape, kept)
    for shape in shapes:
        if rows[shape.table] > keep:
            connection.execute(f"VACUUM FULL ANALYZE {shape.table.sql}".encode())


def _spread(
    connection: Connection, shapes: Collection[TableShape], rows: Mapping[QualifiedName, int], keep: int
) -> _Kept:
    """Every row of a small table, and one row in so many of a large one."""
    kept: _Kept = defaultdict(set)
    for shape in shapes:
        each = max(rows[shape.table] // keep, 1)
        numbered = f"SELECT tableoid, ctid, row_number() OVER (ORDER BY tableoid, ctid) AS number FROM {shape.from_sql}"
        query = f"SELECT tableoid, ctid FROM ({numbered}) AS numbered WHERE number % {each} = 0"
        for oid, ctid in run_together(connection, [query])[0]:
            kept[str(oid)].add(str(ctid))
    return kept


def _add_referenced_rows(connection: Connection, keys: Collection[ForeignKeyJoin], kept: _Kept) -> None:
    """Add the rows that kept ones refer to, and those that these refer to, until there are no more."""
    newest: Mapping[str, Collection[str]] = {oid: set(ctids) for oid, ctids in kept.items()}
    while newest:
        found: _Kept = defaultdict(set)
        for key in keys:
            for oid, ctids in newest.items():
                if oid not in key.children:
                    continue
                query = (f"SELECT DISTINCT parent.tableoid, parent.ctid {key.join_sql} "
                         f"WHERE child.tableoid = {oid} AND child.ctid = ANY ({_tids(ctids)})")
                for parent, ctid in run_together(connection, [query])[0]:
                    if str(ctid) not in kept[str(parent)]:
                        kept[str(parent)].add(str(ctid))
                        found[str(parent)].add(str(ctid))
        newest = found


def _delete_others(connection: Connection, shape: TableShape, kept: _Kept) -> None:
    parts = ([(shape.oid, shape.table)] if not shape.partitioned else
             [(oid, name) for oid, name in table_names(connection, _leaves(connection, shape)).items()])
    away, back = obstacles(connection, [str(oid) for oid, _ in parts])
    for statement in away:
        connection.execute(statement.encode())
    for oid, name in parts:
        connection.execute("CREATE TEMP TABLE kept_rows (place tid) ON COMMIT DROP")
        with connection.cursor().copy("COPY kept_rows FROM STDIN") as copy:
            for ctid in kept[str(oid)]:
                copy.write_row((ctid,))
        connection.execute((f"DELETE FROM ONLY {name.sql} AS gone WHERE NOT EXISTS "
                            "(SELECT FROM kept_rows WHERE kept_rows.place = gone.ctid)").encode())
        connection.execute("DROP TABLE kept_rows")
    for statement in back:
        connection.execute(statement.encode())


def _leaves(connection: Connection, shape: TableShape) -> list[str]:
    rows = connection.execute("SELECT relid::oid::text FROM pg_catalog.pg_partition_tree(%s::oid) WHERE isleaf",
                              [str(shape.oid)])
    return [oid for (oid,) in rows]


def _tids(ctids: Collection[str]) -> str:
    return "'{" + ",".join(f'"{ctid}"' for ctid in sorted(ctids)) + "}'::pg_catalog.tid[]"
