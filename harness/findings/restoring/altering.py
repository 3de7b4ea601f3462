"""Set back what a downgrade left altered, attribute by attribute where that can be, else by making it again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from harness.catalog import Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.catalog.statements import definition
from harness.findings.restoring.code import default_code, execute, on, type_code
from harness.findings.restoring.making import drop, make, view_column
from harness.findings.restoring.properties import (
    comment,
    comment_sql,
    grant_object,
    literal,
    owner,
    privileges,
    reference,
    security_labels,
)
from harness.names import QualifiedName, show_identifier

_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_TEXTS = frozenset({"text", "character varying", "character"})
_TIMES = frozenset({"date", "timestamp without time zone", "timestamp with time zone"})
Statements = list[str] | None


def set_back(before: CatalogObject, after: CatalogObject, was: Snapshot, now: Snapshot) -> Statements:
    """The statements that make ``before`` of ``after``; None where they cannot be told."""
    differing = [item.name for item in fields(before) if item.compare  # type: ignore[arg-type]  # all are dataclasses
                 and getattr(before, item.name) != getattr(after, item.name)]
    common, own = [], []
    for name in differing:
        (common if name in {"owner", "privileges", "comment", "security_labels"} else own).append(name)
    statements = _own(before, after, own, was, now) if own else []
    if statements is None:
        return None
    if _makes_anew(statements):
        return statements  # with all that is common
    for name in common:
        statements += _common(name, before, after)
    return statements


class _Anew(list[str]):
    """Statements that make the object again, with all its properties."""


def _makes_anew(statements: list[str]) -> bool:
    return isinstance(statements, _Anew)


def _anew(before: CatalogObject, after: CatalogObject, was: Snapshot) -> Statements:
    dropped, made = drop(after), make(before, was)
    return None if dropped is None or made is None else _Anew([*dropped, *made])


def _common(name: str, before: Any, after: Any) -> Iterator[str]:
    match name:
        case "owner":
            yield owner(before)
        case "comment":
            yield comment(before, before.comment)
        case "security_labels":
            yield from security_labels(before, before.security_labels, after.security_labels)
        case _ if isinstance(before, objects.Column):
            what, columns = f"TABLE {before.table}", f"({show_identifier(before.name)})"
            yield from map(execute, privileges(what, before.privileges, after.privileges, columns))
        case _ if isinstance(before, objects.Database):
            yield from (_on_database(statement) for statement in privileges("DATABASE %I", before.privileges,
                                                                            after.privileges))
        case _ if isinstance(before, objects.DefaultPrivileges):
            yield from _default_privileges(before, after)
        case _ if isinstance(before, objects.SystemPrivileges):
            yield from map(execute, privileges(before.title.removeprefix("ON "), before.privileges, after.privileges))
        case _:
            yield from map(execute, privileges(grant_object(before), before.privileges, after.privileges))


def _default_privileges(before: objects.DefaultPrivileges, after: objects.DefaultPrivileges) -> Iterator[str]:
    where = f" IN SCHEMA {show_identifier(before.in_schema)}" if before.in_schema else ""
    for statement in privileges(before.on_objects, before.privileges, after.privileges):
        yield execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {show_identifier(before.role)}{where} {statement}")


def _own(before: CatalogObject, after: CatalogObject, names: list[str], was: Snapshot, now: Snapshot) -> Statements:
    for kind, how in _HOW.items():
        if isinstance(before, kind):
            return how(before, after, names, was, now)
    return _anew(before, after, was)


# -- columns ---------------------------------------------------------------------------------------------------------


def _column(before: objects.Column, after: objects.Column, names: list[str], was: Snapshot, _: Snapshot) -> Statements:
    if {"is_local"} & set(names):
        return None
    if before.generated or after.generated:
        if {"generated", "default", "type"} & set(names):
            return None if before.is_inherited else _anew(before, after, was)
    statements: list[str] = []
    table = next((table for table in was.of(objects.Table) if table.name == before.table), None)
    kind = "FOREIGN TABLE" if table is not None and table.kind == "foreign table" else "TABLE"
    alter = f"ALTER {kind} {before.table} ALTER COLUMN {show_identifier(before.name)}"
    if "identity" in names and before.identity is None:
        statements.append(execute(f"{alter} DROP IDENTITY"))
    for name in names:
        match name:
            case "type" | "collation" if "type" not in statements:
                statements += _type(before, after, alter, plain=kind == "TABLE")
            case "default":
                statements.append(on(before.table, "alter_column", before.name,
                                     server_default=default_code(before.default)))
            case "not_null" if not before.not_null and "identity" in names and after.identity:
                statements.append(on(before.table, "alter_column", before.name, nullable="True"))
            case "not_null":
                statements += _not_null(before, after)
            case "not_null_constraint" if "not_null" not in names:
                statements += [on(before.table, "alter_column", before.name, nullable="True"),
                               *_not_null(before, after)]
            case "not_null_comment" if before.not_null and "not_null" not in names:
                name_of = (before.not_null_constraint or f"{before.table.name}_{before.name}_not_null").split(" ")[0]
                statements.append(execute(comment_sql(f"CONSTRAINT {name_of} ON {before.table}",
                                                      before.not_null_comment)))
            case "identity" if before.identity is not None:
                statements += _identity(before, after, alter)
            case "identity_privileges" if "identity" not in names:
                statements += map(execute, privileges(f"SEQUENCE {_identity_sequence(before)}",
                                                      before.identity_privileges, after.identity_privileges))
            case "identity_comment" if "identity" not in names:
                statements.append(execute(comment_sql(f"SEQUENCE {_identity_sequence(before)}",
                                                      before.identity_comment)))
            case "storage":
                statements.append(execute(f"{alter} SET STORAGE {before.storage or 'DEFAULT'}")
                                  if before.storage else "")
            case "compression":
                statements.append(execute(f"{alter} SET COMPRESSION {before.compression or 'DEFAULT'}"))
            case "statistics_target":
                target = -1 if before.statistics_target is None else before.statistics_target
                statements.append(execute(f"{alter} SET STATISTICS {target}"))
            case "options":
                statements += _settings(alter, before.options, after.options)
            case "foreign_options":
                statements.append(execute(f"{alter} {_foreign(before.foreign_options, after.foreign_options)}"))
            case _:
                pass
    return None if "" in statements else statements


def _type(before: objects.Column, after: objects.Column, alter: str, *, plain: bool) -> Iterator[str]:
    code = type_code(before.type)
    using = "" if _converts(after.type, before.type) else f"{show_identifier(before.name)}::{before.type}"
    if code is not None and before.collation == after.collation and before.collation is None and plain:
        yield on(before.table, "alter_column", before.name, type_=code, postgresql_using=repr(using) if using else "")
        return
    collation = f" COLLATE {before.collation}" if before.collation else ""
    yield execute(f"{alter} TYPE {before.type}{collation}{f' USING {using}' if using else ''}")


def _converts(present: str, wanted: str) -> bool:
    """Whether PostgreSQL converts between the types by itself in an assignment."""
    families = [family for family in (_NUMBERS, _TEXTS, _TIMES)
                if re.sub(r"\(.*\)", "", wanted) in family]
    return bool(families) and re.sub(r"\(.*\)", "", present) in families[0]


def _not_null(before: objects.Column, after: objects.Column) -> Iterator[str]:
    if not before.not_null:
        yield on(before.table, "alter_column", before.name, nullable="True")
    elif before.not_null_constraint is not None:
        name, *rest = before.not_null_constraint.split(" ")
        flags = before.not_null_constraint if name in {"NO", "NOT", "INHERITED"} else " ".join(rest)
        named = f"{before.table.name}_{before.name}_not_null" if name in {"NO", "NOT", "INHERITED"} else name
        if "INHERITED" not in flags:
            yield execute(f"ALTER TABLE {before.table} ADD CONSTRAINT {show_identifier(named)} "
                          f"NOT NULL {show_identifier(before.name)}{' ' + flags if flags else ''}")
        else:
            yield ""
    else:
        yield on(before.table, "alter_column", before.name, nullable="False")
    if before.not_null and before.not_null_comment is not None:
        name = (before.not_null_constraint or f"{before.table.name}_{before.name}_not_null").split(" ")[0]
        yield execute(comment_sql(f"CONSTRAINT {name} ON {before.table}", before.not_null_comment))


_IDENTITY = re.compile(r"GENERATED (?P<when>ALWAYS|BY DEFAULT) AS IDENTITY \(SEQUENCE NAME (?P<sequence>\S+) START WITH "
                       r"(?P<start>-?\d+) INCREMENT BY (?P<increment>-?\d+) MINVALUE (?P<minimum>-?\d+) MAXVALUE "
                       r"(?P<maximum>-?\d+) CACHE (?P<cache>\d+)(?P<cycle> CYCLE)?\)(?P<log> UNLOGGED| LOGGED)?")


def _identity_sequence(column: objects.Column) -> str:
    found = _IDENTITY.fullmatch(column.identity or "")
    return found["sequence"] if found else ""


def _identity(before: objects.Column, after: objects.Column, alter: str) -> Iterator[str]:
    wanted, present = _IDENTITY.fullmatch(before.identity or ""), _IDENTITY.fullmatch(after.identity or "")
    if wanted is None:
        yield ""
        return
    if present is None:
        yield execute(f"{alter} ADD {(before.identity or '').removesuffix(wanted['log'] or '')}")
    else:
        if present["sequence"] != wanted["sequence"]:
            yield execute(f"ALTER SEQUENCE {present['sequence']} RENAME TO {wanted['sequence'].rpartition('.')[2]}")
        yield execute(
            f"{alter} SET GENERATED {wanted['when']} SET START WITH {wanted['start']} SET INCREMENT BY "
            f"{wanted['increment']} SET MINVALUE {wanted['minimum']} SET MAXVALUE {wanted['maximum']} "
            f"SET CACHE {wanted['cache']} SET {'' if wanted['cycle'] else 'NO '}CYCLE")
    if (wanted["log"] or "") != ((present["log"] or "") if present is not None else ""):
        log = wanted["log"] or (" LOGGED" if present is not None and present["log"] == " UNLOGGED" else " UNLOGGED")
        yield execute(f"ALTER SEQUENCE {wanted['sequence']} SET{log}")


# -- tables, views, indexes ------------------------------------------------------------------------------------------


def _table(before: objects.Table, after: objects.Table, names: list[str], _: Snapshot, __: Snapshot) -> Statements:
    alter = f"ALTER {before.kind.upper()} {before.name}"
    statements: list[str] = []
    if {"partition_key", "server", "relkind"} & set(names):
        return None
    if {"partition_of", "partition_bound"} & set(names):
        if after.partition_of is not None:
            statements.append(execute(f"ALTER TABLE {after.partition_of} DETACH PARTITION {before.name}"))
        if before.partition_of is not None:
            statements.append(execute(f"ALTER TABLE {before.partition_of} ATTACH PARTITION {before.name} "
                                      f"{before.partition_bound}"))
    for name in names:
        match name:
            case "unlogged":
                statements.append(execute(f"{alter} SET {'UNLOGGED' if before.unlogged else 'LOGGED'}"))
            case "access_method":
                statements.append(execute(f"{alter} SET ACCESS METHOD {before.access_method or 'DEFAULT'}"))
            case "tablespace":
                statements.append(execute(f"{alter} SET TABLESPACE {before.tablespace or 'pg_default'}"))
            case "options":
                statements += _settings(alter, before.options, after.options)
            case "inherits":
                statements += [execute(f"{alter} NO INHERIT {parent}")
                               for parent in after.inherits if parent not in before.inherits]
                statements += [execute(f"{alter} INHERIT {parent}")
                               for parent in before.inherits if parent not in after.inherits]
            case "of_type":
                statements.append(execute(f"{alter} OF {before.of_type}" if before.of_type else f"{alter} NOT OF"))
            case "replica_identity":
                statements.append(execute(f"{alter} REPLICA IDENTITY {before.replica_identity}"))
            case "row_security":
                statements.append(execute(f"{alter} {'ENABLE' if before.row_security else 'DISABLE'} "
                                          "ROW LEVEL SECURITY"))
            case "force_row_security":
                statements.append(execute(f"{alter} {'' if before.force_row_security else 'NO '}FORCE "
                                          "ROW LEVEL SECURITY"))
            case "foreign_options":
                statements.append(execute(f"{alter} {_foreign(before.foreign_options, after.foreign_options)}"))
            case _:
                pass
    return statements


def _view(before: objects.View, after: objects.View, names: list[str], was: Snapshot, _: Snapshot) -> Statements:
    if {"definition", "relkind"} & set(names):
        return _anew(before, after, was)
    alter = f"ALTER {before.kind.upper()} {before.name}"
    statements: list[str] = []
    for name in names:
        match name:
            case "options":
                statements += _settings(alter, before.options, after.options)
            case "tablespace":
                statements.append(execute(f"{alter} SET TABLESPACE {before.tablespace or 'pg_default'}"))
            case "access_method":
                statements.append(execute(f"{alter} SET ACCESS METHOD {before.access_method}"))
            case _:
                return _anew(before, after, was) if name != "column_properties" else [
                    *statements, *_view_columns(before, after)]
    return statements


def _view_columns(before: objects.View, after: objects.View) -> list[str]:
    """Take back all properties of the columns that differ, then give them those they had."""
    alter = f"ALTER {before.kind.upper()} {before.name} ALTER COLUMN"
    statements: list[str] = []
    for text in after.column_properties:
        if text in before.column_properties:
            continue
        found = re.match(r'("(?:[^"]|"")*"|[^ ]+)(.*)', text, re.DOTALL)
        name, rest = (found[1], found[2]) if found else (text, "")
        words = {
            " DEFAULT ": f"{alter} {name} DROP DEFAULT", " COMMENT ": f"COMMENT ON COLUMN {before.name}.{name} IS NULL",
            " STATISTICS ": f"{alter} {name} SET STATISTICS -1",
            " COMPRESSION ": f"{alter} {name} SET COMPRESSION DEFAULT",
            " STORAGE ": f"{alter} {name} SET STORAGE EXTENDED",
        }
        statements += [execute(sql) for word, sql in words.items() if word in rest]
        granted = re.search(r" PRIVILEGES \{(.*?)\}", rest)
        if granted:
            statements += map(execute, privileges(f"TABLE {before.name}", frozenset(), frozenset(granted[1].split(",")),
                                                  f"({name})"))
    for text in before.column_properties:
        if text not in after.column_properties:
            statements += view_column(before, text)
    return statements


def _index(before: objects.Index, after: objects.Index, names: list[str], was: Snapshot, _: Snapshot) -> Statements:
    return _indexed(before, after, names, was, before.name)


def _constraint(
    before: objects.Constraint, after: objects.Constraint, names: list[str], was: Snapshot, now: Snapshot
) -> Statements:
    if {"is_local"} & set(names):
        return None
    if before.contype in {"p", "u"} and "definition" in names and any(
            f"REFERENCES {before.table}(" in other.definition for other in now.of(objects.Constraint)):
        return None
    return _indexed(before, after, names, was, QualifiedName(before.table.schema, before.name))


def _indexed(before: Any, after: Any, names: list[str], was: Snapshot, index: QualifiedName) -> Statements:
    statements: list[str] = []
    for name in names:
        match name.removeprefix("index_"):
            case "options":
                statements += _settings(f"ALTER INDEX {index}", before.index_options, after.index_options)
            case "tablespace":
                wanted = getattr(before, name) or "pg_default"
                statements.append(execute(f"ALTER INDEX {index} SET TABLESPACE {wanted}"))
            case "is_clustered":
                wanted = f"CLUSTER ON {show_identifier(index.name)}" if getattr(before, name) else "SET WITHOUT CLUSTER"
                statements.append(execute(f"ALTER TABLE {before.table} {wanted}"))
            case "is_replica_identity":
                wanted = f"USING INDEX {show_identifier(index.name)}" if getattr(before, name) else "DEFAULT"
                statements.append(execute(f"ALTER TABLE {before.table} REPLICA IDENTITY {wanted}"))
            case "comment":
                statements.append(execute(comment_sql(f"INDEX {index}", before.index_comment)))
            case "statistics_targets":
                wanted_of = dict(text.split(": ") for text in before.statistics_targets)
                statements += [
                    execute(f"ALTER INDEX {index} ALTER COLUMN {number} SET STATISTICS {wanted_of.get(number, -1)}")
                    for number in sorted({text.split(": ")[0] for text in (*before.statistics_targets,
                                                                           *after.statistics_targets)})]
            case "attached_to" if getattr(after, name) is None:
                statements.append(execute(f"ALTER INDEX {getattr(before, name)} ATTACH PARTITION {index}"))
            case "attached_to":
                return None
            case "is_valid" if before.is_valid:
                statements.append(execute(f"REINDEX INDEX {index}"))
            case _:
                return _anew(before, after, was)
    return statements


# -- types, routines and the rest --------------------------------------------------------------------------------------


def _enum(before: objects.EnumType, after: objects.EnumType, _: list[str], was: Snapshot, now: Snapshot) -> Statements:
    wanted, present = before.labels, after.labels
    moved = [(old, new) for old, new in zip(present, wanted, strict=False) if old != new]
    if len(wanted) == len(present) and not {old for old, _ in moved} & {new for _, new in moved}:
        return [execute(f"ALTER TYPE {before.name} RENAME VALUE {literal(old)} TO {literal(new)}")
                for old, new in moved]
    if [label for label in wanted if label in present] == list(present):
        statements = []
        for place, label in enumerate(wanted):
            if label not in present:
                where = f"AFTER {literal(wanted[place - 1])}" if place else f"BEFORE {literal(wanted[1])}"
                statements.append(execute(f"ALTER TYPE {before.name} ADD VALUE {literal(label)} {where}"))
        return statements
    return _Anew(_enum_anew(before, was, now))


def _enum_anew(before: objects.EnumType, was: Snapshot, now: Snapshot) -> Iterator[str]:
    """A label cannot be dropped: the type is made again, and all columns are moved to it."""
    other = QualifiedName(before.name.schema, f"{before.name.name}_before")
    yield execute(f"ALTER TYPE {before.name} RENAME TO {show_identifier(other.name)}")
    yield execute(definition(before, was) or "")
    for column in now.of(objects.Column):
        array = "[]" if column.type == f"{before.name}[]" else ""
        if column.type != f"{before.name}{array}" or column.is_inherited:
            continue
        name = show_identifier(column.name)
        text = f"{name}::text{array}::{before.name}{array}"
        default = _default_of(column, now)
        if column.default is not None:
            yield execute(f"ALTER TABLE {column.table} ALTER COLUMN {name} DROP DEFAULT")
        yield execute(f"ALTER TABLE {column.table} ALTER COLUMN {name} TYPE {before.name}{array} USING {text}")
        if default is not None:
            yield execute(f"ALTER TABLE {column.table} ALTER COLUMN {name} SET DEFAULT {default}")
    yield execute(f"DROP TYPE {other}")
    yield from (statement for statement in (make(before, was) or [])[1:])


def _default_of(column: objects.Column, _: Snapshot) -> str | None:
    return column.default


def _composite(
    before: objects.CompositeType, after: objects.CompositeType, names: list[str], was: Snapshot, _: Snapshot
) -> Statements:
    statements: list[str] = []
    alter = f"ALTER TYPE {before.name}"
    if "attributes" in names:
        wanted, present = before.attributes, after.attributes
        if present[:len(wanted)] == wanted:
            statements += [execute(f"{alter} DROP ATTRIBUTE {_first_word(text)} CASCADE") for text in present[len(wanted):]]
        elif wanted[:len(present)] == present:
            statements += [execute(f"{alter} ADD ATTRIBUTE {text} CASCADE") for text in wanted[len(present):]]
        elif len(wanted) == len(present) and list(map(_rest, wanted)) == list(map(_rest, present)):
            statements += [execute(f"{alter} RENAME ATTRIBUTE {_first_word(old)} TO {_first_word(new)} CASCADE")
                           for old, new in zip(present, wanted, strict=True) if old != new]
        elif list(map(_first_word, wanted)) == list(map(_first_word, present)):
            statements += [execute(f"{alter} ALTER ATTRIBUTE {_first_word(new)} TYPE {_rest(new)} CASCADE")
                           for old, new in zip(present, wanted, strict=True) if old != new]
        else:
            return _anew(before, after, was)
    if "attribute_comments" in names:
        present_of = dict(text.split(": ", 1) for text in after.attribute_comments)
        wanted_of = dict(text.split(": ", 1) for text in before.attribute_comments)
        statements += [execute(comment_sql(f"COLUMN {before.name}.{name}", wanted_of.get(name)))
                       for name in sorted(present_of.keys() | wanted_of.keys())
                       if present_of.get(name) != wanted_of.get(name)]
    return statements


def _first_word(text: str) -> str:
    found = re.match(r'"(?:[^"]|"")*"|[^ ]+', text)
    return found[0] if found else text


def _rest(text: str) -> str:
    return text[len(_first_word(text)):].strip()


def _domain(before: objects.Domain, after: objects.Domain, names: list[str], was: Snapshot, now: Snapshot) -> Statements:
    if {"type", "collation"} & set(names):
        used = any(re.sub(r"(\[\])+\Z", "", column.type) == str(before.name) for column in now.of(objects.Column))
        return None if used else _anew(before, after, was)
    statements: list[str] = []
    alter = f"ALTER DOMAIN {before.name}"
    usual = f"{before.name.name}_not_null"
    for name in names:
        match name:
            case "default":
                statements.append(execute(f"{alter} SET DEFAULT {before.default}" if before.default is not None
                                          else f"{alter} DROP DEFAULT"))
            case "not_null" | "not_null_constraint" if not before.not_null:
                statements.append(execute(f"{alter} DROP NOT NULL"))
            case "not_null" | "not_null_constraint":
                if after.not_null:
                    statements.append(execute(f"{alter} DROP NOT NULL"))
                named = before.not_null_constraint
                statements.append(execute(f"{alter} ADD CONSTRAINT {show_identifier(named)} NOT NULL" if named
                                          else f"{alter} SET NOT NULL"))
            case _ if before.not_null:
                statements.append(execute(comment_sql(
                    f"CONSTRAINT {show_identifier(before.not_null_constraint or usual)} ON DOMAIN {before.name}",
                    before.not_null_comment)))
            case _:
                pass
    return list(dict.fromkeys(statements))


def _function(
    before: objects.Function, after: objects.Function, _: list[str], was: Snapshot, __: Snapshot
) -> Statements:
    if _head_of(before) == _head_of(after):
        return [execute(before.definition.rstrip("\n"))]
    return _anew(before, after, was)


def _head_of(function: objects.Function) -> list[str]:
    """Name, arguments without their defaults, and what it returns: what CREATE OR REPLACE does not change."""
    first, *rest = function.definition.splitlines()
    return [re.sub(r" DEFAULT [^,)]*", "", first), *rest[:1]]


def _sequence(
    before: objects.Sequence, after: objects.Sequence, names: list[str], _: Snapshot, __: Snapshot
) -> Statements:
    statements = []
    if {"type", "start", "increment", "min_value", "max_value", "cache", "cycle"} & set(names):
        statements.append(execute(
            f"ALTER SEQUENCE {before.name} AS {before.type} START WITH {before.start} INCREMENT BY {before.increment} "
            f"MINVALUE {before.min_value} MAXVALUE {before.max_value} CACHE {before.cache} "
            f"{'' if before.cycle else 'NO '}CYCLE"))
    if "unlogged" in names:
        statements.append(execute(f"ALTER SEQUENCE {before.name} SET {'UNLOGGED' if before.unlogged else 'LOGGED'}"))
    if {"owned_by_table", "owned_by_column"} & set(names):
        owned_by = (f"{before.owned_by_table}.{show_identifier(before.owned_by_column or '')}"
                    if before.owned_by_table is not None else "NONE")
        statements.append(execute(f"ALTER SEQUENCE {before.name} OWNED BY {owned_by}"))
    return statements


def _switched(before: Any, after: Any, names: list[str], was: Snapshot, _: Snapshot) -> Statements:
    """Triggers and rules: switched on and off, or made again."""
    if names != ["enabled"]:
        return _anew(before, after, was)
    word = "TRIGGER" if isinstance(before, objects.Trigger) else "RULE"
    return [execute(f"ALTER TABLE {before.table} {_switch(before.enabled)} {word} {show_identifier(before.name)}")]


def _event_trigger(
    before: objects.EventTrigger, after: objects.EventTrigger, names: list[str], was: Snapshot, _: Snapshot
) -> Statements:
    if names != ["enabled"]:
        return _anew(before, after, was)
    return [execute(f"ALTER EVENT TRIGGER {before.title} {_switch(before.enabled)}")]


def _switch(enabled: str) -> str:
    return {"yes": "ENABLE", "no": "DISABLE"}.get(enabled, f"ENABLE {enabled}")


def _extension(
    before: objects.Extension, _: objects.Extension, __: list[str], ___: Snapshot, ____: Snapshot
) -> Statements:
    return [execute(f"ALTER EXTENSION {before.title} SET SCHEMA {show_identifier(before.installed_schema)}")]


def _statistics(
    before: objects.Statistics, after: objects.Statistics, names: list[str], was: Snapshot, _: Snapshot
) -> Statements:
    if names != ["statistics_target"]:
        return _anew(before, after, was)
    target = -1 if before.statistics_target is None else before.statistics_target
    return [execute(f"ALTER STATISTICS {before.name} SET STATISTICS {target}")]


def _with_options(before: Any, after: Any, names: list[str], was: Snapshot, now: Snapshot) -> Statements:
    """What foreign data is made of: options are altered, all else needs it made again, which its users forbid."""
    if set(names) - {"options", "version"}:
        return None if _is_used(before, now) else _anew(before, after, was)
    if any("=(hidden) " in option for option in before.options ^ after.options):
        return None
    version = f" VERSION {'NULL' if before.version is None else literal(before.version)}" if "version" in names else ""
    options = f" {_foreign(before.options, after.options)}" if "options" in names else ""
    return [execute(f"ALTER {reference(before)}{version}{options}")]


def _is_used(item: CatalogObject, now: Snapshot) -> bool:
    match item:
        case objects.ForeignDataWrapper():
            return any(server.foreign_data_wrapper == item.name for server in now.of(objects.ForeignServer))
        case objects.ForeignServer():
            return (any(mapping.server == item.name for mapping in now.of(objects.UserMapping))
                    or any(table.server == item.name for table in now.of(objects.Table)))
        case _:
            return False


def _database(
    before: objects.Database, after: objects.Database, names: list[str], _: Snapshot, __: Snapshot
) -> Statements:
    statements = []
    for setting in sorted(after.settings - before.settings):
        subject, name, _value = _setting(setting)
        statements.append(_on_database(f"ALTER {subject} RESET {name}"))
    for setting in sorted(before.settings - after.settings):
        subject, name, value = _setting(setting)
        statements.append(_on_database(f"ALTER {subject} SET {name} = {value}"))
    if "connection_limit" in names:
        limit = -1 if before.connection_limit is None else before.connection_limit
        statements.append(_on_database(f"ALTER DATABASE %I CONNECTION LIMIT {limit}"))
    if "is_template" in names:
        statements.append(_on_database(f"ALTER DATABASE %I IS_TEMPLATE {str(before.is_template).lower()}"))
    return statements


def _setting(text: str) -> tuple[str, str, str]:
    """Whose it is, its name, and its value as SET takes it."""
    role, colon, rest = text.rpartition(": ") if re.match(r'("[^"]*"|\w+): ', text) else ("", "", text)
    name, _, value = rest.partition("=")
    is_list = name in {"search_path", "datestyle", "session_preload_libraries", "temp_tablespaces"}
    return (f"ROLE {role} IN DATABASE %I" if colon else "DATABASE %I"), name, value if is_list else literal(value)


def _on_database(statement: str) -> str:
    """A migration does not know what the database is called."""
    return execute(f"DO $do$ BEGIN EXECUTE format({literal(statement)}, current_database()); END $do$")


def _role(before: objects.Role, after: objects.Role, names: list[str], _: Snapshot, __: Snapshot) -> Statements:
    statements = []
    usual = {"SUPERUSER": "NOSUPERUSER", "NOINHERIT": "INHERIT", "CREATEROLE": "NOCREATEROLE",
             "CREATEDB": "NOCREATEDB", "LOGIN": "NOLOGIN", "REPLICATION": "NOREPLICATION",
             "BYPASSRLS": "NOBYPASSRLS", "CONNECTION LIMIT": "CONNECTION LIMIT -1",
             "VALID UNTIL": "VALID UNTIL 'infinity'"}
    if "attributes" in names:
        gone = [usual[re.sub(r" ['\d-].*", "", attribute)] for attribute in after.attributes - before.attributes]
        words = [word for word in gone if not any(word.split(" ")[0] in other for other in before.attributes)]
        if any(word.startswith("VALID") for word in words):
            return None
        words += sorted(before.attributes - after.attributes)
        statements.append(execute(f"ALTER ROLE {before.title} {' '.join(words)}"))
    for membership in sorted(after.member_of - before.member_of):
        statements.append(execute(f"REVOKE {membership.split(' WITH ')[0]} FROM {before.title}"))
    for membership in sorted(before.member_of - after.member_of):
        group, *options = membership.split(" WITH ")
        given = f" WITH {', '.join(options)}" if options else ""
        statements.append(execute(f"GRANT {group} TO {before.title}{given}"))
    for setting in sorted(after.settings - before.settings):
        statements.append(execute(f"ALTER ROLE {before.title} RESET {setting.partition('=')[0]}"))
    for setting in sorted(before.settings - after.settings):
        name, _, value = setting.partition("=")
        statements.append(execute(f"ALTER ROLE {before.title} SET {name} = {literal(value)}"))
    return statements


def _nothing(*_: Any) -> Statements:
    return None


def _settings(alter: str, wanted: frozenset[str], present: frozenset[str]) -> Iterator[str]:
    gone = sorted({text.partition("=")[0] for text in present} - {text.partition("=")[0] for text in wanted})
    if gone:
        yield execute(f"{alter} RESET ({', '.join(gone)})")
    if wanted - present:
        yield execute(f"{alter} SET ({', '.join(sorted(wanted - present))})")


def _foreign(wanted: Iterable[str], present: Iterable[str]) -> str:
    then, now = (dict(text.partition("=")[::2] for text in options) for options in (wanted, present))
    parts = [f"DROP {show_identifier(name)}" for name in sorted(now.keys() - then.keys())]
    parts += [f"{'SET' if name in now else 'ADD'} {show_identifier(name)} {literal(value)}"
              for name, value in sorted(then.items()) if now.get(name) != value]
    return f"OPTIONS ({', '.join(parts)})"


_How = Callable[[Any, Any, list[str], Snapshot, Snapshot], Statements]
_HOW: Mapping[type[CatalogObject], _How] = {
    objects.Column: _column, objects.Table: _table, objects.View: _view, objects.Index: _index,
    objects.Constraint: _constraint, objects.EnumType: _enum, objects.CompositeType: _composite,
    objects.Domain: _domain, objects.Function: _function, objects.Sequence: _sequence, objects.Trigger: _switched,
    objects.Rule: _switched, objects.EventTrigger: _event_trigger, objects.Extension: _extension,
    objects.Statistics: _statistics, objects.ForeignDataWrapper: _with_options, objects.ForeignServer: _with_options,
    objects.UserMapping: _with_options, objects.Database: _database, objects.Role: _role,
    objects.Subscription: _nothing,
}
