"""Write the DDL that makes an object, and what a review shows of it beside its name."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.quoting import identifier, qualified
from harness.catalog.snapshot import Snapshot
from harness.names import QualifiedName

_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


def definition(item: CatalogObject, snapshot: Snapshot) -> str | None:  # noqa: PLR0911 - one return for each kind
    """The statements that make the object as it is in the snapshot, or None where none are known.

    Owners, privileges and comments are not among them.
    """
    match item:
        case objects.Table():
            return ";\n".join([_create_table(item, snapshot), *_indexes(item.name, snapshot)])
        case objects.View():
            return ";\n".join([_create_view(item), *_indexes(item.name, snapshot)])
        case objects.Index() | objects.Function() | objects.Statistics():
            return item.definition.rstrip("\n")
        case objects.Extension():
            return f"CREATE EXTENSION {identifier(item.name)} WITH SCHEMA {identifier(item.installed_schema)}"
        case objects.Schema() | objects.EnumType() | objects.CompositeType() | objects.Domain() | objects.Sequence():
            name = identifier(item.name) if isinstance(item, objects.Schema) else qualified(item.name)
            return " ".join([f"CREATE {item.kind.upper()} {name}", *summary(item, snapshot)])
        case objects.BaseType(form="range"):
            return f"CREATE TYPE {qualified(item.name)} AS RANGE ({', '.join(sorted(item.options))})"
        case _:
            return _definition_of_part(item, snapshot)


def _definition_of_part(item: CatalogObject, snapshot: Snapshot) -> str | None:  # noqa: PLR0911 - the same
    """The same for what is named within a table or domain."""
    match item:
        case objects.Column():
            return f"ALTER TABLE {qualified(item.table)} ADD COLUMN {identifier(item.name)} {_column(item, snapshot)}"
        case objects.Constraint():
            return f"ALTER TABLE {qualified(item.table)} ADD {_constraint(item)}"
        case objects.DomainConstraint():
            return f"ALTER DOMAIN {qualified(item.domain)} ADD {_constraint(item)}"
        case objects.Trigger():
            return item.definition + _switched(item, "TRIGGER")
        case objects.Rule():
            return item.definition.rstrip(";") + _switched(item, "RULE")
        case objects.Policy():
            return f"CREATE POLICY {identifier(item.name)} ON {qualified(item.table)} {' '.join(_policy(item))}"
        case _:
            return None


def summary(item: CatalogObject, snapshot: Snapshot) -> tuple[str, ...]:  # noqa: PLR0911 - one return for each kind
    """What follows kind and name where the object is shown as added or removed, a line each."""
    match item:
        case objects.Table():
            return tuple(_table_parts(item, snapshot))
        case objects.Column():
            return (_column(item),)
        case objects.Constraint() | objects.DomainConstraint():
            return (item.definition,)
        case objects.Index():
            unique = "UNIQUE " if item.definition.startswith("CREATE UNIQUE") else ""
            return (f"{unique}ON {item.table} USING {item.definition.partition(' USING ')[2]}",)
        case objects.EnumType():
            return (f"AS ENUM ({', '.join(map(_literal, item.labels))})",)
        case objects.CompositeType():
            return (f"AS ({', '.join(item.attributes)})",)
        case objects.Domain():
            return (" ".join(_domain(item, snapshot)),)
        case objects.Sequence():
            return (" ".join(_sequence(item)),)
        case objects.Policy():
            return (" ".join(_policy(item)),)
        case _:
            return ()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _constraint(item: objects.Constraint | objects.DomainConstraint) -> str:
    return f"CONSTRAINT {identifier(item.name)} {item.definition}"


def _switched(item: objects.Trigger | objects.Rule, word: str) -> str:
    if item.enabled == "yes":
        return ""
    switch = "DISABLE" if item.enabled == "no" else f"ENABLE {item.enabled}"
    return f";\nALTER TABLE {qualified(item.table)} {switch} {word} {identifier(item.name)}"


def _column(item: objects.Column, snapshot: Snapshot | None = None) -> str:
    """What follows a column's name in CREATE TABLE; with a snapshot, ``serial`` where it is one."""
    serial = snapshot and _serial(item, snapshot)
    parts = [serial or item.type]
    if item.collation:
        parts.append(f"COLLATE {item.collation}")
    if item.generated:
        parts.append(f"GENERATED ALWAYS AS ({item.default}) {item.generated}")
    elif item.identity:
        parts.append(item.identity)
    elif item.default is not None and not serial:
        parts.append(f"DEFAULT {item.default}")
    if item.not_null and not serial:
        parts.append("NOT NULL")
    return " ".join(parts)


def _serial(item: objects.Column, snapshot: Snapshot) -> str | None:
    """``serial`` or its like where the column and its sequence are as that would make them."""
    name = QualifiedName(item.table.schema, f"{item.table.name}_{item.name}_seq")
    for sequence in snapshot.of(objects.Sequence):
        owned = (sequence.owned_by_table, sequence.owned_by_column) == (item.table, item.name)
        if owned and sequence.name == name and item.not_null and (item.default or "").startswith("nextval("):
            return _SERIAL.get(item.type) if sequence.type == item.type else None
    return None


def _table_parts(item: objects.Table, snapshot: Snapshot, *, serial: bool = False) -> Iterator[str]:
    columns = [column for column in snapshot.of(objects.Column) if column.table == item.name and column.is_local]
    for column in sorted(columns, key=lambda column: column.attnum):
        yield f"{identifier(column.name)} {_column(column, snapshot if serial else None)}"
    for constraint in snapshot.of(objects.Constraint):
        if constraint.table == item.name and constraint.is_local:
            yield _constraint(constraint)


def _create_table(item: objects.Table, snapshot: Snapshot) -> str:
    create = f"CREATE {'UNLOGGED ' if item.unlogged else ''}{item.kind.upper()} {qualified(item.name)}"
    if item.partition_of is not None:
        lines = [f"{create} PARTITION OF {qualified(item.partition_of)} {item.partition_bound}"]
    else:
        parts = ",\n".join(f"    {part}" for part in _table_parts(item, snapshot, serial=True))
        lines = [f"{create} (\n{parts}\n)"]
    if item.inherits:
        lines.append(f"INHERITS ({', '.join(map(qualified, item.inherits))})")
    if item.partition_key:
        lines.append(f"PARTITION BY {item.partition_key}")
    if item.server:
        lines.append(f"SERVER {identifier(item.server)}")
    if item.foreign_options:
        lines.append(f"OPTIONS ({', '.join(map(_option, sorted(item.foreign_options)))})")
    if item.options:
        lines.append(f"WITH ({', '.join(sorted(item.options))})")
    return "\n".join(lines)


def _option(text: str) -> str:
    name, _, value = text.partition("=")
    return f"{identifier(name)} {_literal(value)}"


def _indexes(table: QualifiedName, snapshot: Snapshot) -> Iterator[str]:
    """The indexes of a table or view that are not made with its parent's."""
    for index in snapshot.of(objects.Index):
        if index.table == table and index.attached_to is None:
            yield index.definition


def _create_view(item: objects.View) -> str:
    options = f" WITH ({', '.join(sorted(item.options))})" if item.options else ""
    return f"CREATE {item.kind.upper()} {qualified(item.name)}{options} AS\n{item.definition.rstrip(';')}"


def _domain(item: objects.Domain, snapshot: Snapshot) -> Iterator[str]:
    yield f"AS {item.type}"
    if item.collation:
        yield f"COLLATE {item.collation}"
    if item.default is not None:
        yield f"DEFAULT {item.default}"
    if item.not_null:
        yield "NOT NULL"
    for constraint in snapshot.of(objects.DomainConstraint):
        if constraint.domain == item.name:
            yield _constraint(constraint)


def _sequence(item: objects.Sequence) -> Iterator[str]:
    yield f"AS {item.type} START WITH {item.start} INCREMENT BY {item.increment}"
    yield f"MINVALUE {item.min_value} MAXVALUE {item.max_value} CACHE {item.cache}"
    if item.cycle:
        yield "CYCLE"
    if item.owned_by_table is not None and item.owned_by_column is not None:
        yield f"OWNED BY {qualified(item.owned_by_table)}.{identifier(item.owned_by_column)}"


def _policy(item: objects.Policy) -> Iterator[str]:
    if not item.permissive:
        yield "AS RESTRICTIVE"
    yield f"FOR {item.command} TO {', '.join(sorted(item.roles))}"
    if item.using_expression is not None:
        yield f"USING ({item.using_expression})"
    if item.check_expression is not None:
        yield f"WITH CHECK ({item.check_expression})"
