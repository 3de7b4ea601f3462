"""Set tables, views, indexes and constraints back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.catalog import objects
from harness.catalog.folding import key_of
from harness.catalog.objects import CatalogObject
from harness.catalog.statements import definition
from harness.findings.restoring.again import Altered, Statements, foreign_options, settings
from harness.findings.restoring.code import execute
from harness.findings.restoring.making import is_index_of_partition, make, view_column
from harness.findings.restoring.properties import comment_sql, privileges
from harness.names import QualifiedName, show_identifier

_Table = Altered[objects.Table]
_View = Altered[objects.View]
_Indexed = Altered[Any]
"""An index, or a constraint with one."""


def table(altered: _Table) -> Statements:
    """The statements; None for another partition key or kind, which no table can be given."""
    before, after, names = altered.before, altered.after, altered.names
    if "server" in names and before.kind == after.kind == "foreign table":
        return altered.anew()
    if {"partition_key", "server", "relkind"} & names:
        return None
    alter = f"ALTER {before.kind.upper()} {before.name}"
    statements = []
    if {"partition_of", "partition_bound"} & names:
        if after.partition_of is not None:
            statements.append(execute(f"ALTER TABLE {after.partition_of} DETACH PARTITION {before.name}"))
        if before.partition_of is not None:
            statements += _to_be_attached(altered)
            statements.append(execute(f"ALTER TABLE {before.partition_of} ATTACH PARTITION {before.name} "
                                      f"{before.partition_bound}"))
    words = [how(before) for name, how in _OF_TABLE.items() if name in names]
    statements += [execute(f"{alter} {word}") for word in words]
    for word, some, others in (("NO INHERIT", after, before), ("INHERIT", before, after)):
        statements += [execute(f"{alter} {word} {parent}") for parent in some.inherits if parent not in others.inherits]
    statements += settings(alter, before.options, after.options)
    if "foreign_options" in names:
        statements.append(execute(f"{alter} {foreign_options(before.foreign_options, after.foreign_options)}"))
    return statements


def _to_be_attached(altered: _Table) -> Iterator[str]:
    """The indexes that it has from its parent: ATTACH takes those that are there, and names what it makes itself."""
    known = {key_of(item) for item in altered.now.parts_of(altered.before.name, CatalogObject)}
    for part in altered.was.parts_of(altered.before.name, CatalogObject):
        if is_index_of_partition(part) and key_of(part) not in known:
            alone = replace(part, attached_to=None) if isinstance(part, objects.Index) else part
            yield from make(alone, altered.was) or []


_OF_TABLE: Mapping[str, Callable[[objects.Table], str]] = {
    "unlogged": lambda table: "SET UNLOGGED" if table.unlogged else "SET LOGGED",
    "access_method": lambda table: f"SET ACCESS METHOD {table.access_method or 'DEFAULT'}",
    "tablespace": lambda table: f"SET TABLESPACE {table.tablespace or 'pg_default'}",
    "of_type": lambda table: f"OF {table.of_type}" if table.of_type else "NOT OF",
    "replica_identity": lambda table: f"REPLICA IDENTITY {table.replica_identity}",
    "row_security": lambda table: f"{'ENABLE' if table.row_security else 'DISABLE'} ROW LEVEL SECURITY",
    "force_row_security": lambda table: f"{'' if table.force_row_security else 'NO '}FORCE ROW LEVEL SECURITY",
}


def view(altered: _View) -> Statements:
    """The statements; one with another query is made again, unless its columns are the same."""
    before, after, names = altered.before, altered.after, altered.names
    replaced = "definition" in names and _gives_the_same_columns(before, after)
    if names - {"options", "tablespace", "column_properties"} - ({"definition"} if replaced else set()):
        return altered.anew()
    alter = f"ALTER {before.kind.upper()} {before.name}"
    statements = list(settings(alter, before.options, after.options))
    if replaced:  # with its options
        made = definition(before, altered.was) or ""
        statements = [execute(made.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1))]
    if "tablespace" in names:
        statements.append(execute(f"{alter} SET TABLESPACE {before.tablespace or 'pg_default'}"))
    for text in after.column_properties:
        if text not in before.column_properties:
            statements += _without_properties(before, text)
    for text in before.column_properties:
        if text not in after.column_properties:
            statements += view_column(before, text)
    return statements


def _gives_the_same_columns(before: objects.View, after: objects.View) -> bool:
    """Whether CREATE OR REPLACE VIEW makes one of the other, as far as can be told: what they select reads the same."""
    lists = [item.definition.partition("\n   FROM ")[0] for item in (before, after)]
    return before.kind == "view" and lists[0] == lists[1] and lists[0].startswith(" SELECT")


def _without_properties(item: objects.View, text: str) -> list[str]:
    """Take from a column of a view what ``text`` tells of it."""
    found = re.match(r'("(?:[^"]|"")*"|[^ ]+)(.*)', text, re.DOTALL)
    name, rest = (found[1], found[2]) if found else (text, "")
    alter = f"ALTER {item.kind.upper()} {item.name} ALTER COLUMN {name}"
    usual = {
        " DEFAULT ": f"{alter} DROP DEFAULT", " COMMENT ": f"COMMENT ON COLUMN {item.name}.{name} IS NULL",
        " STATISTICS ": f"{alter} SET STATISTICS -1", " COMPRESSION ": f"{alter} SET COMPRESSION DEFAULT",
        " STORAGE ": f"{alter} SET STORAGE EXTENDED",
    }
    statements = [execute(sql) for word, sql in usual.items() if word in rest]
    granted = re.search(r" PRIVILEGES \{(.*?)\}", rest)
    if granted:
        taken = privileges(f"TABLE {item.name}", frozenset(), frozenset(granted[1].split(",")), f"({name})")
        statements += map(execute, taken)
    return statements


def index(altered: _Indexed) -> Statements:
    """The statements; None for one that was attached to a partitioned index, from which nothing detaches it."""
    return _indexed(altered, altered.before.name)


def constraint(altered: _Indexed) -> Statements:
    """The same; None also for a key that foreign keys refer to."""
    before = altered.before
    if "is_local" in altered.names or (before.contype in {"p", "u"} and "definition" in altered.names and any(
            f"REFERENCES {before.table}(" in other.definition for other in altered.now.of(objects.Constraint))):
        return None
    return _indexed(altered, QualifiedName(before.table.schema, before.name))


def _indexed(altered: _Indexed, name: QualifiedName) -> Statements:
    statements: list[str] = []
    for field in sorted(altered.names):
        how = _OF_INDEX.get(field.removeprefix("index_"))
        found = how(altered, name, field) if how is not None else altered.anew()
        if how is None or found is None:
            return found
        statements += found
    return statements


def _tablespace(altered: _Indexed, name: QualifiedName, field: str) -> Statements:
    return [execute(f"ALTER INDEX {name} SET TABLESPACE {getattr(altered.before, field) or 'pg_default'}")]


def _clustered(altered: _Indexed, name: QualifiedName, field: str) -> Statements:
    wanted = f"CLUSTER ON {show_identifier(name.name)}" if getattr(altered.before, field) else "SET WITHOUT CLUSTER"
    return [execute(f"ALTER TABLE {altered.before.table} {wanted}")]


def _replica_identity(altered: _Indexed, name: QualifiedName, field: str) -> Statements:
    wanted = f"USING INDEX {show_identifier(name.name)}" if getattr(altered.before, field) else "DEFAULT"
    return [execute(f"ALTER TABLE {altered.before.table} REPLICA IDENTITY {wanted}")]


def _statistics(altered: _Indexed, name: QualifiedName, _: str) -> Statements:
    wanted = dict(text.split(": ") for text in altered.before.statistics_targets)
    present = dict(text.split(": ") for text in altered.after.statistics_targets)
    return [execute(f"ALTER INDEX {name} ALTER COLUMN {number} SET STATISTICS {wanted.get(number, -1)}")
            for number in sorted(wanted.keys() | present.keys())]


def _attached(altered: _Indexed, name: QualifiedName, field: str) -> Statements:
    if getattr(altered.after, field) is not None:
        return None
    return [execute(f"ALTER INDEX {getattr(altered.before, field)} ATTACH PARTITION {name}")]


def _valid(altered: _Indexed, name: QualifiedName, _: str) -> Statements:
    return [execute(f"REINDEX INDEX {name}")] if altered.before.is_valid else None


_OF_INDEX: Mapping[str, Callable[[_Indexed, QualifiedName, str], Statements]] = {
    "options": lambda altered, name, _: list(settings(f"ALTER INDEX {name}", altered.before.index_options,
                                                      altered.after.index_options)),
    "comment": lambda altered, name, _: [execute(comment_sql(f"INDEX {name}", altered.before.index_comment))],
    "tablespace": _tablespace, "is_clustered": _clustered, "is_replica_identity": _replica_identity,
    "statistics_targets": _statistics, "attached_to": _attached, "is_valid": _valid,
}
