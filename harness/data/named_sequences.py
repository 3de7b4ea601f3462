"""Keep sequences ahead of the keys that they belong to by their name alone.

``Column("id", Integer, Sequence("users_id_seq"), primary_key=True)``, as the models of Flask-AppBuilder have it, gives
the column no default: the application asks the sequence itself. Only its name, which is the one that PostgreSQL would
give to that of a ``serial`` column, says what it is for.

Source: https://docs.sqlalchemy.org/en/20/core/defaults.html#associating-a-sequence-with-a-serial-column
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.data.rows import Connection
from harness.data.sequences import move_sql
from harness.data.shapes import TableShape
from harness.names import QualifiedName

_INTEGERS = frozenset({"int2", "int4", "int8"})
# Those that no column has as its own, and no default takes from.
_FREE_SQL = """
    SELECT n.nspname, c.relname
    FROM unnest(%s::text[], %s::text[]) AS wanted (nspname, relname)
    JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.nspname
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.relname AND c.relkind = 'S'
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                        AND d.deptype IN ('a', 'i'))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid
                        AND d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass)
"""


def advance_named_sequences(connection: Connection, shapes: Iterable[TableShape]) -> None:
    """Have such sequences of these tables go on after the keys that the tables hold."""
    keys = dict(pair for shape in shapes for pair in _keys_without_default(shape))
    if not keys:
        return
    wanted = [[name.schema for name in keys], [name.name for name in keys]]
    for schema, name in connection.execute(_FREE_SQL, wanted).fetchall():
        sequence = QualifiedName(schema, name)
        table, column = keys[sequence]
        connection.execute(move_sql(table, column, sequence).encode(), prepare=False)


def _keys_without_default(shape: TableShape) -> Iterator[tuple[QualifiedName, tuple[QualifiedName, str]]]:
    for column in shape.columns:
        if (column.name,) == shape.primary_key and not column.has_default and column.type.base.name.name in _INTEGERS:
            yield QualifiedName(shape.name.schema, f"{shape.name.name}_{column.name}_seq"), (shape.name, column.name)
