"""Write the DDL that makes an object, and what a review shows of it beside its name."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.snapshot import Snapshot
from harness.catalog.statements_of_others import definition_of_other
from harness.names import QualifiedName, show_identifier

_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


def definition(item: CatalogObject, side: Snapshot) -> str | None:  # noqa: PLR0911 - one return for each kind
    """The statements that make the object as it is beside its side, or None where none are known.

    Owners, privileges and comments are not among them.
    """
    match item:
        case objects.Table():
            return ";\n".join([_create_table(item, side), *_own_of_child(item, side), *_indexes(item.name, side)])
        case objects.View():
            return ";\n".join([_create_view(item), *_indexes(item.name, side)])
        case objects.Index() | objects.Function() | objects.Statistics():
            return item.definition.rstrip("\n")
        case objects.Extension():
            return f"CREATE EXTENSION {show_identifier(item.name)} WITH SCHEMA {show_identifier(item.installed_schema)}"
        case objects.Schema() | objects.EnumType() | objects.CompositeType() | objects.Domain() | objects.Sequence():
            name = show_identifier(item.name) if isinstance(item, objects.Schema) else str(item.name)
            return " ".join([f"CREATE {item.kind.upper()} {name}", *summary(item, side)])
        case objects.BaseType(form="range"):
            return f"CREATE TYPE {item.name} AS RANGE ({', '.join(sorted(item.options))})"
        case _:
            return _definition_of_part(item, side)


def schema_sql(snapshot: Snapshot) -> str:
    """The whole schema for a reader, sorted by name: what makes each object, and what that leaves unsaid as comments.

    It is not written to be run: objects stand by name, not after what they need.
    """
    listed = sorted(snapshot.objects, key=lambda item: (str(item.relation or item.title), item.relation is not None,
                                                        item.kind, item.title))
    return "\n".join(text for item in listed if (text := _shown_alone(item, snapshot)))


def _shown_alone(item: CatalogObject, side: Snapshot) -> str:
    """An object under a heading; of a part that its table shows already only the comment, if it has one."""
    lines = [f"-- {item.kind} {item.title}"]
    comment = getattr(item, "comment", None)
    if comment is not None:
        lines += [f"--   {line}" for line in comment.splitlines()]
    if not _is_shown_by_its_relation(item, side):
        made = definition(item, side)
        lines += [f"{made.rstrip(';')};"] if made is not None else []
    elif comment is None:
        return ""
    return "\n".join(lines) + "\n"


def _is_shown_by_its_relation(item: CatalogObject, side: Snapshot) -> bool:
    if isinstance(item, objects.Sequence) and item.owned_by_table is not None:
        columns = side.parts_of(item.owned_by_table, objects.Column)
        return any(column.name == item.owned_by_column and serial_type(column, side) for column in columns)
    return isinstance(item, objects.Column | objects.Constraint | objects.DomainConstraint | objects.Index)


def _definition_of_part(item: CatalogObject, side: Snapshot) -> str | None:  # noqa: PLR0911 - the same
    """The same for what is named within a table or domain."""
    match item:
        case objects.Column():
            return f"ALTER TABLE {item.table} ADD COLUMN {show_identifier(item.name)} {_column(item, side)}"
        case objects.Constraint():
            return f"ALTER TABLE {item.table} ADD {_constraint(item)}"
        case objects.DomainConstraint():
            return f"ALTER DOMAIN {item.domain} ADD {_constraint(item)}"
        case objects.Trigger():
            return item.definition + _switched(item, "TRIGGER")
        case objects.Rule():
            return item.definition.rstrip(";") + _switched(item, "RULE")
        case objects.Policy():
            return f"CREATE POLICY {show_identifier(item.name)} ON {item.table} {' '.join(_policy(item))}"
        case _:
            return definition_of_other(item)


def summary(item: CatalogObject, side: Snapshot) -> tuple[str, ...]:  # noqa: PLR0911 - one return for each kind
    """What follows kind and name where the object is shown as added or removed, a line each."""
    match item:
        case objects.Table():
            return tuple(_table_parts(item, side))
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
            return (" ".join(_domain(item, side)),)
        case objects.Sequence():
            return (" ".join(_sequence(item)),)
        case objects.Policy():
            return (" ".join(_policy(item)),)
        case _:
            return ()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _constraint(item: objects.Constraint | objects.DomainConstraint) -> str:
    return f"CONSTRAINT {show_identifier(item.name)} {item.definition}"


def _switched(item: objects.Trigger | objects.Rule, word: str) -> str:
    if item.enabled == "yes":
        return ""
    switch = "DISABLE" if item.enabled == "no" else f"ENABLE {item.enabled}"
    return f";\nALTER TABLE {item.table} {switch} {word} {show_identifier(item.name)}"


def _column(item: objects.Column, side: Snapshot | None = None) -> str:
    """What follows a column's name in CREATE TABLE; with the side, ``serial`` where it is one."""
    serial = side and serial_type(item, side)
    words = [serial or item.type]
    if item.foreign_options:
        words.append(f"OPTIONS ({', '.join(map(_option, sorted(item.foreign_options)))})")
    if item.collation:
        words.append(f"COLLATE {item.collation}")
    if item.generated:
        words.append(f"GENERATED ALWAYS AS ({item.default}) {item.generated}")
    elif item.identity:
        words.append(item.identity)
    elif item.default is not None and not serial:
        words.append(f"DEFAULT {item.default}")
    if item.not_null and not serial:
        words.append("NOT NULL")
    return " ".join(words)


def serial_type(item: objects.Column, side: Snapshot) -> str | None:
    """``serial`` or its like where the column and its sequence are as that would make them."""
    name = QualifiedName(item.table.schema, f"{item.table.name}_{item.name}_seq")
    for sequence in side.parts_of(item.table, objects.Sequence):
        if sequence.owned_by_column == item.name and sequence.name == name and item.not_null:
            made_by_serial = sequence.type == item.type and (item.default or "").startswith("nextval(")
            return _SERIAL.get(item.type) if made_by_serial else None
    return None


def _table_parts(item: objects.Table, side: Snapshot, *, serial: bool = False) -> Iterator[str]:
    for column in sorted(side.parts_of(item.name, objects.Column), key=lambda column: column.attnum):
        if column.is_local:
            yield f"{show_identifier(column.name)} {_column(column, side if serial else None)}"
    for constraint in side.parts_of(item.name, objects.Constraint):
        if constraint.is_local:
            yield _constraint(constraint)


def _create_table(item: objects.Table, side: Snapshot) -> str:
    create = f"CREATE {'UNLOGGED ' if item.unlogged else ''}{item.kind.upper()} {item.name}"
    if item.partition_of is not None:
        lines = [f"{create} PARTITION OF {item.partition_of} {item.partition_bound}"]
    else:
        inside = ",\n".join(f"    {part}" for part in _table_parts(item, side, serial=True))
        lines = [f"{create} (\n{inside}\n)"]
    if item.inherits:
        lines.append(f"INHERITS ({', '.join(map(str, item.inherits))})")
    if item.partition_key:
        lines.append(f"PARTITION BY {item.partition_key}")
    if item.server:
        lines.append(f"SERVER {show_identifier(item.server)}")
    if item.foreign_options:
        lines.append(f"OPTIONS ({', '.join(map(_option, sorted(item.foreign_options)))})")
    if item.options:
        lines.append(f"WITH ({', '.join(sorted(item.options))})")
    return "\n".join(lines)


def _own_of_child(item: objects.Table, side: Snapshot) -> Iterator[str]:
    """What a partition or a child table has otherwise than its parents, and CREATE TABLE does not say."""
    parents = item.inherits if item.partition_of is None else (item.partition_of,)
    inherited = {column.name: column for parent in parents for column in side.parts_of(parent, objects.Column)}
    for column in side.parts_of(item.name, objects.Column):
        given = inherited.get(column.name)
        if given is None or column.generated or (column.is_local and item.partition_of is None):
            continue
        alter = f"ALTER TABLE {item.name} ALTER COLUMN {show_identifier(column.name)}"
        if column.default != given.default:
            yield f"{alter} DROP DEFAULT" if column.default is None else f"{alter} SET DEFAULT {column.default}"
        if column.not_null and not given.not_null:
            yield f"{alter} SET NOT NULL"
    for constraint in side.parts_of(item.name, objects.Constraint):
        if item.partition_of is not None and not (constraint.is_inherited or constraint.index_attached_to):
            yield f"ALTER TABLE {item.name} ADD {_constraint(constraint)}"


def _option(text: str) -> str:
    name, _, value = text.partition("=")
    return f"{show_identifier(name)} {_literal(value)}"


def _indexes(table: QualifiedName, side: Snapshot) -> Iterator[str]:
    """The indexes of a table or view that are not made with its parent's."""
    for index in side.parts_of(table, objects.Index):
        if index.attached_to is None:
            yield index.definition


def _create_view(item: objects.View) -> str:
    options = f" WITH ({', '.join(sorted(item.options))})" if item.options else ""
    return f"CREATE {item.kind.upper()} {item.name}{options} AS\n{item.definition.rstrip(';')}"


def _domain(item: objects.Domain, side: Snapshot) -> Iterator[str]:
    yield f"AS {item.type}"
    if item.collation:
        yield f"COLLATE {item.collation}"
    if item.default is not None:
        yield f"DEFAULT {item.default}"
    if item.not_null:
        yield "NOT NULL"
    for constraint in side.parts_of(item.name, objects.DomainConstraint):
        yield _constraint(constraint)


def _sequence(item: objects.Sequence) -> Iterator[str]:
    yield f"AS {item.type} START WITH {item.start} INCREMENT BY {item.increment}"
    yield f"MINVALUE {item.min_value} MAXVALUE {item.max_value} CACHE {item.cache}"
    if item.cycle:
        yield "CYCLE"
    if item.owned_by_table is not None and item.owned_by_column is not None:
        yield f"OWNED BY {item.owned_by_table}.{show_identifier(item.owned_by_column)}"


def _policy(item: objects.Policy) -> Iterator[str]:
    if not item.permissive:
        yield "AS RESTRICTIVE"
    yield f"FOR {item.command} TO {', '.join(sorted(item.roles))}"
    if item.using_expression is not None:
        yield f"USING ({item.using_expression})"
    if item.check_expression is not None:
        yield f"WITH CHECK ({item.check_expression})"
