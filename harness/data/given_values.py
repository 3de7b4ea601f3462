"""Turn a Python object that a person wrote for a column into what psycopg sends for it.

What SQLAlchemy's types do for a table that it reflected is done here: every value of a json column is one of JSON,
0 and 1 are booleans, an Enum member is its label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum

import psycopg
from psycopg.types.json import Json
from psycopg.types.range import Range

from harness.names import QualifiedName

_COLUMNS_SQL = """
    WITH RECURSIVE base (attnum, oid, depth) AS (
        SELECT a.attnum, a.atttypid, 0 FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = %(table)s::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT base.attnum, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END,
               base.depth + CASE WHEN t.typtype = 'd' THEN 0 ELSE 1 END
        FROM base JOIN pg_catalog.pg_type t ON t.oid = base.oid
        WHERE t.typtype = 'd' OR t.typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
    )
    SELECT a.attname, t.typname, bool_or(base.depth > 0) OVER (PARTITION BY a.attnum),
           ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
           n.nspname, s.relname
    FROM base
    JOIN pg_catalog.pg_attribute a ON a.attrelid = %(table)s::pg_catalog.regclass AND a.attnum = base.attnum
    JOIN pg_catalog.pg_type t ON t.oid = base.oid
    LEFT JOIN pg_catalog.pg_depend d
           ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
          AND EXISTS (SELECT FROM pg_catalog.pg_sequence q WHERE q.seqrelid = d.objid)
    LEFT JOIN pg_catalog.pg_class s ON s.oid = d.objid
    LEFT JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
    ORDER BY a.attnum, base.depth, base.oid
"""
"""Every type that a column's type is made of, the innermost last; and the sequence that the column owns.

pg_type.typsubscript came with PostgreSQL 14: https://www.postgresql.org/docs/current/catalog-pg-type.html
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A value as PostgreSQL reads it from a text, whatever the column's type."""

    text: str


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What of a column's type decides how a value is written."""

    name: str
    """``pg_type.typname`` of the innermost type: of an array's elements, of what a domain is over."""
    is_array: bool
    labels: tuple[str, ...]
    """An enum type's labels."""
    sequence: QualifiedName | None
    """The sequence that the column owns."""


def read_column_types(connection: psycopg.Connection, table: QualifiedName) -> Mapping[str, ColumnType]:
    """The columns of ``table``."""
    found: dict[str, ColumnType] = {}
    for column, type_name, is_array, labels, schema, sequence in connection.execute(_COLUMNS_SQL, {"table": table.sql}):
        owned = QualifiedName(schema, sequence) if sequence is not None else None
        found[column] = ColumnType(type_name, is_array, tuple(labels), owned)
    return found


def adapt(value: object, column: ColumnType | None) -> object:
    """Return what to pass psycopg for ``value``; an unknown column's value goes as it is, for the server to refuse."""
    if isinstance(value, Written):
        return value.text
    if column is None:
        return value
    if column.is_array and isinstance(value, (list, tuple, set, frozenset)):
        return _adapt_elements(value, column)
    return _adapt_one(value, column)


def _adapt_elements(values: Sequence[object] | AbstractSet[object], column: ColumnType) -> list[object]:
    """As SQLAlchemy: the first element tells whether they are arrays; an element of json[] can be a list too."""
    elements = list(values) if isinstance(values, Sequence) else sorted(values, key=repr)
    if elements and isinstance(elements[0], (list, tuple)):
        return [_adapt_elements(element, column) if isinstance(element, (list, tuple)) else element
                for element in elements]
    return [_adapt_one(element, column) for element in elements]


def _adapt_one(value: object, column: ColumnType) -> object:
    if isinstance(value, Enum):
        value = _label(value, column)
    if column.name in {"json", "jsonb"}:
        # Also None: SQLAlchemy writes JSON's null for it, unless the column's type says none_as_null.
        return Json(value)
    if column.name == "bool" and isinstance(value, int):
        return bool(value)
    if column.name == "hstore" and isinstance(value, Mapping):
        return ", ".join(f"{_hstore_text(key)}=>{_hstore_text(item)}" for key, item in value.items())
    if column.name.endswith("range") and not isinstance(value, Range) and hasattr(value, "bounds"):
        return _psycopg_range(value)
    return value


def _label(member: Enum, column: ColumnType) -> object:
    """SQLAlchemy stores a member's name; a member that is itself a text is stored as that text."""
    if isinstance(member, str) or (column.labels and member.name not in column.labels) or not column.labels:
        return member.value
    return member.name


def _hstore_text(item: object) -> str:
    if item is None:
        return "NULL"
    return '"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _psycopg_range(value: object) -> Range[object]:
    """A range of SQLAlchemy's own, which has the same parts."""
    if getattr(value, "empty", False):
        return Range(empty=True)
    return Range(getattr(value, "lower", None), getattr(value, "upper", None), getattr(value, "bounds", "[)"))
