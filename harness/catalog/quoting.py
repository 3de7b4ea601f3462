"""Quote identifiers in DDL where, and only where, PostgreSQL needs the quotes."""

from __future__ import annotations

from harness.names import QualifiedName, quote_identifier, show_identifier

# Words that are no column's name without quotes: https://www.postgresql.org/docs/current/sql-keywords-appendix.html
_WORDS = """
all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
unique user using variadic verbose when where window with
"""
RESERVED = frozenset(_WORDS.split())


def identifier(name: str) -> str:
    """One identifier as SQL text."""
    return quote_identifier(name) if name in RESERVED else show_identifier(name)


def qualified(name: QualifiedName) -> str:
    """A qualified name as SQL text."""
    return f"{identifier(name.schema)}.{identifier(name.name)}"
