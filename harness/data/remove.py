"""Take single rows out of a database, with all that depends on them and without any trigger noticing.

A row is named by its table and ctid. CREATE DATABASE ... TEMPLATE copies a database's files, so a row has the same
ctid in every clone: rows found at fault in one clone can be taken out of the next.

Everything here deletes with session_replication_role = replica, which a superuser may set. Triggers and rules that are
ENABLE ALWAYS or ENABLE REPLICA would act nonetheless: they are disabled meanwhile. So is what keeps rows from being
deleted because they are published and nothing identifies them.

Source: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE
Source: https://www.postgresql.org/docs/current/logical-replication-publication.html
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from harness.data.compare import describe_row
from harness.data.foreign_keys import ENFORCED_SQL, JOIN_SQL
from harness.data.rows import Connection, Row, TableRows, describe_tables, in_order, run_together
from harness.large_objects import LARGE_OBJECTS
from harness.names import QualifiedName

_Ctids = defaultdict[str, set[str]]
"""ctids by the oid, as text, of the table that holds the row: a partition, never a partitioned table."""

_NAMES_SQL = """
    SELECT c.oid::text, n.nspname, c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = ANY (%s::text[]::oid[])
"""
# What stands in the way of deletes from these tables: how to take it away, and how to put it back. A publication
# refuses deletes that it publishes where a subscriber could not tell the row by what is sent of it: without a replica
# identity, or where a row filter, a list of columns or generated columns do not fit the identity.
# https://www.postgresql.org/docs/current/logical-replication-publication.html
# As JSON: PostgreSQL 14 has no row filters.
_OBSTACLES_SQL = """
    WITH doomed AS (
        SELECT c.oid, n.nspname, c.relname, c.relreplident
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = ANY (%s::text[]::oid[])
    )
    SELECT pg_catalog.format('ALTER PUBLICATION %%I SET (publish = %%L)', p.pubname, others.published),
           pg_catalog.format('ALTER PUBLICATION %%I SET (publish = %%L)', p.pubname,
                             pg_catalog.concat_ws(', ', nullif(others.published, ''), 'delete'))
    FROM pg_catalog.pg_publication p, LATERAL (SELECT pg_catalog.concat_ws(
        ', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubtruncate THEN 'truncate' END)) AS others (published)
    WHERE p.pubdelete AND EXISTS (
        SELECT FROM doomed t
        WHERE t.relreplident = 'n'
           OR t.relreplident = 'd' AND NOT EXISTS (
                  SELECT FROM pg_catalog.pg_index i
                  WHERE i.indrelid = t.oid AND i.indisprimary AND i.indimmediate AND i.indisvalid)
           OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = t.oid AND a.attgenerated <> '' AND (t.relreplident = 'f' OR EXISTS (
                          SELECT FROM pg_catalog.pg_index i
                          WHERE i.indrelid = t.oid AND (i.indisprimary OR i.indisreplident)
                            AND a.attnum = ANY (i.indkey))))
           OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel r
                      WHERE r.prpubid = p.oid
                        AND (r.prrelid = t.oid OR r.prrelid IN (SELECT pg_catalog.pg_partition_ancestors(t.oid)))
                        AND (pg_catalog.to_jsonb(r) ->> 'prqual' IS NOT NULL
                             OR pg_catalog.to_jsonb(r) ->> 'prattrs' IS NOT NULL)))
    UNION ALL
    SELECT pg_catalog.format('ALTER TABLE ONLY %%I.%%I DISABLE %%s %%I', t.nspname, t.relname, found.kind, found.name),
           pg_catalog.format('ALTER TABLE ONLY %%I.%%I ENABLE %%s %%s %%I', t.nspname, t.relname,
                             CASE found.enabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END, found.kind, found.name)
    FROM doomed t, LATERAL (
        SELECT 'TRIGGER', g.tgname, g.tgenabled FROM pg_catalog.pg_trigger g
        WHERE g.tgrelid = t.oid AND NOT g.tgisinternal
        UNION ALL
        SELECT 'RULE', r.rulename, r.ev_enabled FROM pg_catalog.pg_rewrite r WHERE r.ev_class = t.oid
    ) found (kind, name, enabled)
    WHERE found.enabled IN ('A', 'R')
"""
_FOREIGN_KEYS_SQL = f"""
    SELECT con.confrelid::text,
           ARRAY(SELECT tree.relid::oid::text FROM pg_catalog.pg_partition_tree(con.confrelid) AS tree)::text,
           con.conrelid::text,
           ARRAY(SELECT tree.relid::oid::text FROM pg_catalog.pg_partition_tree(con.conrelid) AS tree)::text,
           {JOIN_SQL}
    {ENFORCED_SQL}
    ORDER BY con.oid
"""


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """One row of one table, valid in a database and its clones until the row is updated or the table rewritten."""

    table: QualifiedName
    """The table that holds the row itself: of a partitioned table, the partition."""
    ctid: str


@dataclass(frozen=True, slots=True)
class ForeignKeyJoin:
    """A foreign key that is enforced, as what joins the rows on its both sides."""

    parents: frozenset[str]
    """oids of the tables whose rows it may reference: the table itself, or the partitioned table's partitions."""
    children: frozenset[str]
    """The same of the tables whose rows may reference those."""
    join_sql: str
    """FROM clause joining each referenced row, ``parent``, with those that reference it, ``child``."""


def list_row_refs(connection: Connection, tables: Collection[QualifiedName]) -> tuple[RowRef, ...]:
    """Every row of these tables, in the order of the tables and of the rows on disk; missing tables have none."""
    shapes = describe_tables(connection, tables)
    statements = [f"SELECT tableoid, ctid FROM {shape.from_sql} ORDER BY tableoid, ctid" for shape in shapes]
    rows = [row for result in run_together(connection, statements) for row in _not_null(result)]
    names = table_names(connection, {oid for oid, _ in rows})
    return tuple(RowRef(names[oid], ctid) for oid, ctid in rows)


def fetch_row(connection: Connection, ref: RowRef) -> tuple[tuple[str, ...], Row]:
    """The names of a row's columns and its values as text.

    Raises:
        LookupError: there is no such table, or no such row in it.
    """
    for shape in describe_tables(connection, [ref.table]):
        (rows,) = run_together(connection, [f"{shape.select_sql()} WHERE ctid = {_tid(ref.ctid)}"])
        if rows:
            return shape.columns, rows[0]
    raise LookupError(f"cannot fetch row {ref.ctid} of {ref.table}: it is not there; list the rows of this database")


def tables_of(connection: Connection, refs: Collection[RowRef]) -> frozenset[QualifiedName]:
    """The tables that hold these rows; of a partition the table that it is a part of."""
    shapes = describe_tables(connection, {ref.table for ref in refs})
    query = "SELECT coalesce(pg_catalog.pg_partition_root(oid)::oid, oid)::text FROM unnest(%s::oid[]) AS of (oid)"
    roots = [oid for (oid,) in connection.execute(query, ([shape.oid for shape in shapes],))]
    return frozenset(table_names(connection, roots).values())


def remove_rows(connection: Connection, refs: Collection[RowRef], spared: Collection[RowRef] = ()) -> int:
    """Delete these rows and all that reference them by an enforced foreign key, directly or not; return how many.

    Whatever a foreign key's ON DELETE says, referencing rows go, but for those ``spared``: these stay, be it with
    nothing to refer to. No user trigger fires. Rows that are gone already are passed over.
    """
    with without_triggers(connection):
        removals = Removals(connection, {ref.table for ref in (*refs, *spared)}).of(refs, spared)
        return sum(max(connection.execute(statement.encode()).rowcount, 0) for statement in removals)


class Removals:
    """The statements that take rows out of a database whose tables and rows stay as they are meanwhile."""

    def __init__(self, connection: Connection, tables: Collection[QualifiedName]) -> None:
        """``tables`` are those that rows will be taken from, or spared in."""
        self._connection = connection
        self._oids = {shape.table: str(shape.oid) for shape in describe_tables(connection, tables)}
        self._foreign_keys = read_foreign_keys(connection)

    def of(self, refs: Collection[RowRef], spared: Collection[RowRef] = ()) -> tuple[str, ...]:
        """What deletes these rows and all that reference them but ``spared``, where no triggers or foreign keys act."""
        doomed = self._by_oid(refs)
        _add_referencing_rows(self._connection, self._foreign_keys, doomed, self._by_oid(spared))
        return _deletions(self._connection, doomed)

    def _by_oid(self, refs: Collection[RowRef]) -> _Ctids:
        ctids: _Ctids = defaultdict(set)
        for ref in refs:
            if ref.table in self._oids:
                ctids[self._oids[ref.table]].add(ref.ctid)
        return ctids


def restore_rows(
    connection: Connection, wanted: Mapping[QualifiedName, TableRows], current: Mapping[QualifiedName, TableRows]
) -> tuple[str, ...]:
    """Delete of the ``current`` rows those that ``wanted`` does not hold, or say what that cannot mend and do nothing.

    ``wanted`` should cover every table: rows elsewhere that reference a deleted row stay. Returns one sentence for each
    table that is gone, has other columns, or misses rows (or has them with other values); none when the tables now hold
    exactly what they should.
    """
    problems: list[str] = []
    superfluous: dict[QualifiedName, Counter[Row]] = {}
    for table, state in wanted.items():
        now = current.get(table)
        if now is state:
            continue
        if now is None or set(now.columns) != set(state.columns):
            problems.append(f"{table} is gone" if now is None else f"{table} has other columns than it had")
            continue
        rows = _in_columns(now, state.columns)
        if rows == state.rows:
            continue
        if table == LARGE_OBJECTS:
            problems.append("the large objects are others")
            continue
        missing = Counter(state.rows) - Counter(rows)
        if missing:
            example = in_order(missing, state.columns, state.key)[0]
            problems.append(f"{table} no longer holds {missing.total()} of its {len(state.rows)} rows as they were, "
                            f"for example {describe_row(state.columns, example)}")
        if extra := Counter(rows) - Counter(state.rows):
            superfluous[table] = extra
    if superfluous and not problems:
        with without_triggers(connection):
            for statement in _deletions(connection, _find(connection, superfluous, wanted)):
                connection.execute(statement.encode())
    return tuple(problems)


def _in_columns(state: TableRows, columns: Sequence[str]) -> tuple[Row, ...]:
    if state.columns == columns:
        return state.rows
    positions = [state.columns.index(column) for column in columns]
    return in_order([tuple(row[position] for position in positions) for row in state.rows], columns, state.key)


def _find(connection: Connection, rows: Mapping[QualifiedName, Counter[Row]],
          wanted: Mapping[QualifiedName, TableRows]) -> _Ctids:
    """Where these rows are; of rows that are alike, the ones written last."""
    shapes = describe_tables(connection, rows.keys())
    statements = [f"{shape.select_sql('tableoid', 'ctid')} ORDER BY tableoid, ctid" for shape in shapes]
    doomed: _Ctids = defaultdict(set)
    for shape, found in zip(shapes, run_together(connection, statements), strict=True):
        positions = [shape.columns.index(column) + 2 for column in wanted[shape.table].columns]
        left = Counter(rows[shape.table])
        for row in reversed(found):
            values = tuple(row[position] for position in positions)
            if left[values] > 0:
                left[values] -= 1
                doomed[str(row[0])].add(str(row[1]))
    return doomed


@contextmanager
def without_triggers(connection: Connection) -> Iterator[None]:
    """A transaction in which neither triggers nor foreign keys act."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        yield


def _add_referencing_rows(
    connection: Connection, foreign_keys: Sequence[ForeignKeyJoin], doomed: _Ctids, spared: _Ctids
) -> None:
    """Add the rows that reference doomed ones, and those that reference these, until there are no more to be doomed."""
    newest: Mapping[str, Iterable[str]] = {oid: set(ctids) for oid, ctids in doomed.items()}
    while newest:
        statements = [
            f"SELECT child.tableoid, child.ctid {foreign_key.join_sql} "
            f"WHERE parent.tableoid = {oid} AND parent.ctid = ANY ({_tids(ctids)})"
            for foreign_key in foreign_keys for oid, ctids in newest.items() if oid in foreign_key.parents
        ]
        found: _Ctids = defaultdict(set)
        for result in run_together(connection, statements):
            for oid, ctid in _not_null(result):
                if ctid not in doomed[oid] and ctid not in spared[oid]:
                    doomed[oid].add(ctid)
                    found[oid].add(ctid)
        newest = found


def read_foreign_keys(connection: Connection) -> list[ForeignKeyJoin]:
    """Every foreign key that is enforced; of partitions only those that their root does not have."""
    (rows,) = run_together(connection, [_FOREIGN_KEYS_SQL])
    return [
        ForeignKeyJoin(frozenset([parent, *_oids_of(parents)]), frozenset([child, *_oids_of(children)]), join_sql)
        for parent, parents, child, children, join_sql in _not_null(rows)
    ]


def _oids_of(array: str) -> list[str]:
    inside = array.strip("{}")
    return inside.split(",") if inside else []


def refer_to_each_other(connection: Connection, tables: Collection[QualifiedName]) -> bool:
    """Whether rows of these tables may reference rows of these tables, of their own or of another one."""
    oids = {str(shape.oid) for shape in describe_tables(connection, tables)}
    return any(foreign_key.parents & oids and foreign_key.children & oids
               for foreign_key in read_foreign_keys(connection))


def fewest_referring_first(connection: Connection, tables: Collection[QualifiedName]) -> list[QualifiedName]:
    """These tables, so that each stands before those that it refers to, where they are not in a circle."""
    oids = {shape.table: str(shape.oid) for shape in describe_tables(connection, tables)}
    foreign_keys = read_foreign_keys(connection)

    def referring(table: QualifiedName) -> int:
        """How many tables refer to it, directly or not."""
        found: set[str] = set()
        newest = {oids[table]} if table in oids else set()
        while newest:
            newest = {child for key in foreign_keys if key.parents & newest for child in key.children} - found
            found |= newest
        return len(found)

    return sorted(tables, key=referring)


def _deletions(connection: Connection, doomed: _Ctids) -> tuple[str, ...]:
    names = table_names(connection, doomed)
    deletions = [f"DELETE FROM ONLY {names[oid].sql} WHERE ctid = ANY ({_tids(ctids)})"
                 for oid, ctids in doomed.items() if ctids]
    away, back = obstacles(connection, doomed) if deletions else ((), ())
    return (*away, *deletions, *back)


def obstacles(connection: Connection, oids: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The statements that take away what keeps rows of some tables from being deleted, and those that put it back."""
    found = connection.execute(_OBSTACLES_SQL, (list(oids),)).fetchall()
    return tuple(away for away, _ in found), tuple(back for _, back in found)


def table_names(connection: Connection, oids: Collection[str]) -> dict[str, QualifiedName]:
    """The names of these tables, by their oid as text."""
    cursor = connection.execute(_NAMES_SQL, (list(oids),))
    return {oid: QualifiedName(schema, name) for oid, schema, name in cursor}


def _not_null(rows: Iterable[Row]) -> Iterator[tuple[str, ...]]:
    return (tuple(value for value in row if value is not None) for row in rows)


def _tid(ctid: str) -> str:
    return f"'{ctid}'::pg_catalog.tid"


def _tids(ctids: Iterable[str]) -> str:
    # Written into the statement: a table's name may hold a percent sign, which a statement with parameters cannot.
    return "ARRAY[" + ", ".join(sorted(map(_tid, ctids))) + "]"
