"""Drop what a downgrade left, and make again what it took."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.catalog import Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.catalog.statements import definition, serial_type
from harness.findings.restoring.code import (
    Code,
    call,
    column_code,
    columns_of,
    constraint_type,
    execute,
    final,
    is_plain,
    on,
    type_code,
)
from harness.findings.restoring.properties import (
    column_properties,
    comment_sql,
    default_privileges,
    made_anew,
    privileges,
    reference,
    switch,
    system_privileges,
    usual_default_privileges,
)
from harness.names import QualifiedName, show_identifier

# A column of a view: what it has beside its name, in the order in which a snapshot tells it.
_PROPERTY = re.compile(
    r" (DEFAULT|COMMENT|PRIVILEGES|STORAGE|COMPRESSION|STATISTICS|OPTIONS) "
    r"(.*?)(?= (?:DEFAULT|COMMENT|PRIVILEGES|STORAGE|COMPRESSION|STATISTICS|OPTIONS) |\Z)", re.DOTALL)
_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}


def drop(item: CatalogObject, side: Snapshot) -> list[str] | None:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    """The statements that drop the object, which is as in ``side``; None where they cannot be told."""
    match item:
        case objects.Schema() if any(other.schema == item.name for other in side.objects):
            return [execute(f"DROP SCHEMA {item.title} CASCADE")]
        case objects.BaseType() if _needs_its_functions(item):
            return None
        case objects.Column() if _type_of_table(item.table, side) is not None:
            return [f"# it goes with the attribute of {_type_of_table(item.table, side)}"]
        case objects.Table() if item.kind == "table":
            return [on(item.name, "drop_table")]
        case objects.Column():
            return [on(item.table, "drop_column", item.name)]
        case objects.Index():
            return [call("drop_index", item.name.name, table_name=repr(item.table.name), schema=item.name.schema)]
        case objects.Constraint():
            return [call("drop_constraint", final(item.name), item.table.name, schema=item.table.schema,
                         type_=constraint_type(item))]
        case objects.DomainConstraint():
            return [execute(f"ALTER DOMAIN {item.domain} DROP CONSTRAINT {show_identifier(item.name)}")]
        case objects.Subscription():
            return [execute(f"ALTER SUBSCRIPTION {item.title} SET (slot_name = NONE)"),
                    execute(f"DROP SUBSCRIPTION {item.title}")]
        case objects.Trigger(is_inherited=True):
            return [execute(f"ALTER TABLE {item.table} {switch(_enabled_on_parent(item, side))} TRIGGER "
                            f"{show_identifier(item.name)}")]
        case objects.DefaultPrivileges():
            return default_privileges(item, usual_default_privileges(item), item.privileges)
        case objects.SystemPrivileges():
            return system_privileges(item, item.usual, item.privileges)
        case objects.Database():
            return None
        case _:
            return [execute(f"DROP {reference(item)}")]


def _enabled_on_parent(item: objects.Trigger, side: Snapshot) -> str:
    """A partition's copy of a trigger is switched as that of its parent where nothing else was said."""
    parent = next((table.partition_of for table in side.of(objects.Table) if table.name == item.table), None)
    return next((trigger.enabled for trigger in side.of(objects.Trigger)
                 if trigger.table == parent and trigger.name == item.name), "yes")


def _needs_its_functions(item: objects.BaseType) -> bool:
    """Whether it cannot be made without functions that cannot be made without it."""
    return item.form == "base" or any(text.startswith("CANONICAL") for text in item.options)


def _type_of_table(name: QualifiedName, side: Snapshot) -> str | None:
    return next((table.of_type for table in side.of(objects.Table) if table.name == name), None)


def make(item: CatalogObject, side: Snapshot) -> list[str] | None:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    """The statements that make the object as it is in ``side``; None where they cannot be told."""
    match item:
        case objects.Table():
            return _table(item, side)
        case objects.View():
            return _view(item, side)
        case objects.Column():
            return _column(item, side)
        case objects.Constraint():
            return [*_constraint(item), *index_properties(item), *made_anew(item, side)]
        case objects.Index():
            return _index_with_its_parts(item, side)
        case objects.Schema():
            return _schema(item, side)
        case objects.Sequence() if item.unlogged:
            made = definition(item, side) or ""
            return [execute(made.replace("CREATE ", "CREATE UNLOGGED ", 1)), *made_anew(item, side)]
        case objects.BaseType(form="shell"):
            return [execute(f"CREATE TYPE {item.name}")]
        case objects.BaseType() if _needs_its_functions(item):
            return None
        case objects.Trigger(is_inherited=True):
            return [execute(f"ALTER TABLE {item.table} {switch(item.enabled)} TRIGGER {show_identifier(item.name)}")]
        case objects.DefaultPrivileges():
            return default_privileges(item, item.privileges, usual_default_privileges(item))
        case objects.SystemPrivileges():
            return system_privileges(item, item.privileges, item.usual)
        case _:
            return _other(item, side)


def _other(item: CatalogObject, side: Snapshot) -> list[str] | None:
    made = definition(item, side)
    if made is None:
        return None
    statements = [execute(made)]
    if isinstance(item, objects.CompositeType):
        statements += [execute(comment_sql(f"COLUMN {item.name}.{text.partition(': ')[0]}", text.partition(": ")[2]))
                       for text in sorted(item.attribute_comments)]
    if isinstance(item, objects.Domain):
        for check in side.parts_of(item.name, objects.DomainConstraint):
            statements += made_anew(check, side)
        if item.not_null_comment is not None:
            name = item.not_null_constraint or f"{item.name.name}_not_null"
            statements.append(execute(comment_sql(f"CONSTRAINT {show_identifier(name)} ON DOMAIN {item.name}",
                                                  item.not_null_comment)))
    if isinstance(item, objects.Statistics) and item.statistics_target is not None:
        statements.append(execute(f"ALTER STATISTICS {item.name} SET STATISTICS {item.statistics_target}"))
    return [*statements, *made_anew(item, side)]


def _schema(item: objects.Schema, side: Snapshot) -> list[str] | None:
    """A schema with all that was in it, each object after those that it mentions."""
    inside = [other for other in side.objects if other.schema == item.name and other.relation is None]
    text = {other.title: definition(other, side) or "" for other in inside}
    ordered: dict[str, CatalogObject] = {}

    def add(one: CatalogObject, waiting: frozenset[str]) -> None:
        for other in inside:
            if other.title not in waiting and other.title not in ordered and _mentions(text[one.title], other):
                add(other, waiting | {other.title})
        ordered.setdefault(one.title, one)

    for one in inside:
        add(one, frozenset({one.title}))
    made = [make(one, side) for one in ordered.values()]
    if None in made:
        return None
    statements = [execute(f"CREATE SCHEMA {item.title}"), *made_anew(item, side)]
    return [*statements, *(line for part in made for line in part or [])]


def _mentions(text: str, item: Any) -> bool:
    return re.search(rf'(?<![\w."$]){re.escape(str(getattr(item, "name", item.title)))}(?![\w"$])', text) is not None


# -- tables ----------------------------------------------------------------------------------------------------------


def _table(item: objects.Table, side: Snapshot) -> list[str] | None:
    if item.of_type is not None:
        return None
    before, after = _sequences(item, side)
    made = _create_table(item, side)
    statements = [*before, made or execute(definition(item, side) or ""), *after]
    for column in side.parts_of(item.name, objects.Column):
        statements += [*column_properties(column), *made_anew(column, side)]
    indexed = (*side.parts_of(item.name, objects.Constraint), *side.parts_of(item.name, objects.Index))
    for part in indexed:
        if is_made_with_another(part):
            continue
        if made is None or _is_primary_key(part):  # it came with the table; those of partitions come with them
            statements += [*index_properties(part), *made_anew(part, side)]
        else:
            statements += make(part, side) or []
    return [*statements, *_other_parts(item.name, side), *_table_properties(item), *made_anew(item, side)]


def _other_parts(relation: QualifiedName, side: Snapshot) -> Iterator[str]:
    kinds: tuple[type[CatalogObject], ...] = (objects.Statistics, objects.Rule, objects.Trigger, objects.Policy)
    for kind in kinds:
        for part in side.parts_of(relation, kind):
            yield from make(part, side) or []


def is_made_with_another(part: Any) -> bool:
    """Whether it is made with that of a parent table."""
    return getattr(part, "is_inherited", False) or is_index_of_partition(part)


def is_index_of_partition(part: Any) -> bool:
    """Whether it is an index, or a constraint with one, that is attached to that of a partitioned table."""
    return bool(getattr(part, "attached_to", None) or getattr(part, "index_attached_to", None))


def _is_primary_key(part: CatalogObject) -> bool:
    return isinstance(part, objects.Constraint) and part.contype == "p" and is_plain(part.definition, "PRIMARY KEY")


def _sequences(item: objects.Table, side: Snapshot) -> tuple[list[str], list[str]]:
    """Sequences of its columns that are not made with them: before the table, and what makes them its own."""
    before, after = [], []
    serial = {column.name for column in side.parts_of(item.name, objects.Column) if serial_type(column, side)}
    for sequence in side.parts_of(item.name, objects.Sequence):
        if sequence.owned_by_column not in serial:
            made = definition(sequence, side) or ""
            before.append(execute(made.partition(" OWNED BY ")[0]))
            after.append(execute(f"ALTER SEQUENCE {sequence.name} OWNED BY {sequence.owned_by_table}."
                                 f"{show_identifier(sequence.owned_by_column or '')}"))
        after += made_anew(sequence, side)
    return before, after


def _create_table(item: objects.Table, side: Snapshot) -> str | None:
    """As Alembic makes it; None where it has more than plain columns."""
    special = (item.unlogged or item.options or item.inherits or item.partition_of or item.partition_key or item.server
               or item.tablespace or item.access_method not in {None, "heap"} or item.kind != "table")
    columns = sorted(side.parts_of(item.name, objects.Column), key=lambda column: column.attnum)
    key = next((part for part in side.parts_of(item.name, objects.Constraint) if _is_primary_key(part)), None)
    in_key = columns_of(key.definition) or [] if key is not None else []
    codes = [_column_in_table(column, side, in_key) for column in columns]
    if special or not columns or any(code is None for code in codes) or any(
            column.not_null_constraint for column in columns):
        return None
    parts = [code for code in codes if code is not None]
    if key is not None:
        parts.append(f"sa.PrimaryKeyConstraint({', '.join(map(repr, in_key))}, name={final(key.name)!r})")
    if item.name.schema != "public":
        parts.append(f"schema={item.name.schema!r}")
    inside = "".join(f"    {part},\n" for part in parts)
    return f"op.create_table(\n    {item.name.name!r},\n{inside})"


def _column_in_table(column: objects.Column, side: Snapshot, in_key: list[str]) -> str | None:
    serial = serial_type(column, side)
    if serial is not None:
        code = type_code(column.type)
        return f"sa.Column({column.name!r}, {code})" if in_key == [column.name] and code else None
    made = column_code(column)
    if made is None:
        return None
    # Else SQLAlchemy makes the one integer of a primary key a serial.
    alone = ", autoincrement=False" if in_key == [column.name] and column.type in _INTEGERS else ""
    return f"{made[:-1]}{', nullable=False' if column.not_null and column.name not in in_key else ''}{alone})"


def _column(item: objects.Column, side: Snapshot) -> list[str] | None:
    if item.is_inherited or serial_type(item, side) is not None or item.not_null_constraint is not None:
        made = definition(item, side) or ""
        return None if item.is_inherited else [execute(made), *column_properties(item), *made_anew(item, side)]
    code = column_code(item)
    if code is None:
        statements = [execute(definition(item, side) or "")]
    elif item.not_null and item.default is not None:
        statements = [on(item.table, "add_column", Code(f"{code[:-1]}, nullable=False)"))]
    else:
        statements = [on(item.table, "add_column", Code(code))]
        if item.not_null:
            statements += ["# fill it, then", on(item.table, "alter_column", item.name, nullable="False")]
    return [*statements, *column_properties(item), *made_anew(item, side)]


def _table_properties(item: objects.Table) -> Iterator[str]:
    if item.kind != "table":
        return
    if item.row_security:
        yield execute(f"ALTER TABLE {item.name} ENABLE ROW LEVEL SECURITY")
    if item.force_row_security:
        yield execute(f"ALTER TABLE {item.name} FORCE ROW LEVEL SECURITY")
    if item.replica_identity != "DEFAULT":
        yield execute(f"ALTER TABLE {item.name} REPLICA IDENTITY {item.replica_identity}")


# -- constraints and indexes -----------------------------------------------------------------------------------------


def _constraint(item: objects.Constraint) -> list[str]:
    columns = columns_of(item.definition)
    table = {"schema": item.table.schema}
    if columns and item.contype == "p" and is_plain(item.definition, "PRIMARY KEY"):
        return [call("create_primary_key", final(item.name), item.table.name, columns, **table)]
    if columns and item.contype == "u" and is_plain(item.definition, "UNIQUE"):
        return [call("create_unique_constraint", final(item.name), item.table.name, columns, **table)]
    plain = re.fullmatch(r"CHECK \((.*)\)", item.definition, re.DOTALL)
    if plain is not None and item.definition.endswith("))"):
        return [call("create_check_constraint", final(item.name), item.table.name, Code(_sa_text(plain[1])), **table)]
    foreign = _FOREIGN_KEY.fullmatch(item.definition)
    if foreign is not None:
        return [_foreign_key(item, foreign)]
    return [execute(f"ALTER TABLE {item.table} ADD CONSTRAINT {show_identifier(item.name)} {item.definition}")]


_NAMES = r"[a-z_][a-z0-9_$]*(?:, [a-z_][a-z0-9_$]*)*"
_FOREIGN_KEY = re.compile(
    rf"FOREIGN KEY \((?P<columns>{_NAMES})\) REFERENCES (?P<schema>[a-z_][a-z0-9_$]*)\.(?P<table>[a-z_][a-z0-9_$]*)"
    rf"\((?P<remote>{_NAMES})\)(?: ON UPDATE (?P<update>CASCADE|SET NULL|SET DEFAULT|RESTRICT))?"
    r"(?: ON DELETE (?P<delete>CASCADE|SET NULL|SET DEFAULT|RESTRICT))?"
    r"(?P<deferrable> DEFERRABLE)?(?: INITIALLY (?P<initially>DEFERRED))?")


def _foreign_key(item: objects.Constraint, found: re.Match[str]) -> str:
    keywords = {
        "onupdate": repr(found["update"]) if found["update"] else "",
        "ondelete": repr(found["delete"]) if found["delete"] else "",
        "deferrable": "True" if found["deferrable"] else "",
        "initially": repr(found["initially"]) if found["initially"] else "",
        "source_schema": repr(item.table.schema) if item.table.schema != "public" else "",
        "referent_schema": repr(found["schema"]) if found["schema"] != "public" else "",
    }
    return call("create_foreign_key", final(item.name), item.table.name, found["table"], found["columns"].split(", "),
                found["remote"].split(", "), **keywords)


_INDEX = re.compile(r"CREATE (?P<unique>UNIQUE )?INDEX \S+ ON \S+ USING (?P<method>\w+) \((?P<inside>.*)\)"
                    r"(?: WHERE \((?P<where>.*)\))?", re.DOTALL)
_PLAIN_COLUMNS = re.compile(_NAMES)


def _index(item: objects.Index) -> list[str]:
    found = _INDEX.fullmatch(item.definition)
    if found is None or not _PLAIN_COLUMNS.fullmatch(found["inside"]) or " ONLY " in item.definition:
        return [execute(item.definition)]
    return [call(
        "create_index", item.name.name, item.table.name, found["inside"].split(", "), schema=item.table.schema,
        unique="True" if found["unique"] else "",
        postgresql_using="" if found["method"] == "btree" else repr(found["method"]),
        postgresql_where=_sa_text(found["where"]) if found["where"] else "")]


def _index_with_its_parts(item: objects.Index, side: Snapshot) -> list[str]:
    """An index of a partitioned table with those of its partitions."""
    statements = [*_index(item), *index_properties(item), *made_anew(item, side)]
    if item.attached_to is not None:
        statements.append(execute(f"ALTER INDEX {item.attached_to} ATTACH PARTITION {item.name}"))
    for part in side.of(objects.Index):
        if part.attached_to == item.name:
            statements += _index_with_its_parts(part, side)
    return statements


def _sa_text(sql: str) -> str:
    return execute(sql).replace("op.execute(", "sa.text(", 1)


def index_properties(item: Any) -> Iterator[str]:
    """What an index has beside its definition, be it a constraint's or its own."""
    constraint = isinstance(item, objects.Constraint)
    name = QualifiedName(item.table.schema, item.name) if constraint else item.name
    tablespace = item.index_tablespace if constraint else item.tablespace
    if constraint and item.index_options:
        yield execute(f"ALTER INDEX {name} SET ({', '.join(sorted(item.index_options))})")
    if tablespace is not None:
        yield execute(f"ALTER INDEX {name} SET TABLESPACE {show_identifier(tablespace)}")
    if constraint and item.index_comment is not None:
        yield execute(comment_sql(f"INDEX {name}", item.index_comment))
    for target in () if constraint else item.statistics_targets:
        number, _, wanted = target.partition(": ")
        yield execute(f"ALTER INDEX {name} ALTER COLUMN {number} SET STATISTICS {wanted}")
    if item.index_is_clustered if constraint else item.is_clustered:
        yield execute(f"ALTER TABLE {item.table} CLUSTER ON {show_identifier(name.name)}")
    if item.index_is_replica_identity if constraint else item.is_replica_identity:
        yield execute(f"ALTER TABLE {item.table} REPLICA IDENTITY USING INDEX {show_identifier(name.name)}")


# -- views -----------------------------------------------------------------------------------------------------------


def _view(item: objects.View, side: Snapshot) -> list[str]:
    statements = [execute(definition(item, side) or "")]
    for text in item.column_properties:
        statements += view_column(item, text)
    for index in side.parts_of(item.name, objects.Index):
        statements += [*index_properties(index), *made_anew(index, side)]
    return [*statements, *_other_parts(item.name, side), *made_anew(item, side)]


def view_column(item: objects.View, text: str) -> Iterator[str]:
    """Give a column of a view what ``text`` tells of it."""
    first = _PROPERTY.search(text)
    name = text[:first.start()] if first else text
    alter = f"ALTER {item.kind.upper()} {item.name} ALTER COLUMN {name}"
    for word, value in _PROPERTY.findall(text):
        match word:
            case "DEFAULT":
                yield execute(f"{alter} SET DEFAULT {value}")
            case "COMMENT":
                yield execute(f"COMMENT ON COLUMN {item.name}.{name} IS {value}")
            case "PRIVILEGES":
                granted = frozenset(value.strip("{}").split(","))
                for statement in privileges(f"TABLE {item.name}", granted, frozenset(), f"({name})"):
                    yield execute(statement)
            case "STORAGE":
                yield execute(f"{alter} SET STORAGE {_STORAGE[value]}")
            case "COMPRESSION":
                yield execute(f"{alter} SET COMPRESSION {'pglz' if value == 'p' else 'lz4'}")
            case "STATISTICS":
                yield execute(f"{alter} SET STATISTICS {value}")
            case _:
                yield execute(f"{alter} SET ({value.strip('{}')})")

