"""Write the DDL that makes an object, and the line that a review shows of it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.catalog import objects
from harness.catalog.objects import CatalogObject
from harness.catalog.snapshot import Snapshot
from harness.names import show_identifier


def definition(item: CatalogObject, snapshot: Snapshot) -> str | None:  # noqa: PLR0911 - one return for each kind
    """The statement that makes the object as it is in the snapshot; None where none is known."""
    match item:
        case objects.Column():
            return f"ALTER TABLE {item.table} ADD COLUMN {_column(item)}"
        case objects.Constraint():
            return f"ALTER TABLE {item.table} ADD CONSTRAINT {show_identifier(item.name)} {item.definition}"
        case objects.DomainConstraint():
            return f"ALTER DOMAIN {item.domain} ADD CONSTRAINT {show_identifier(item.name)} {item.definition}"
        case objects.Table():
            return _create_table(item, snapshot)
        case objects.View():
            return f"CREATE {item.kind.upper()} {item.name} AS\n{item.definition.rstrip(';')}"
        case objects.Index() | objects.Trigger() | objects.Rule() | objects.Function():
            return item.definition.rstrip("\n")
        case objects.Extension():
            return f"CREATE EXTENSION {item.title} WITH SCHEMA {show_identifier(item.installed_schema)}"
        case _:
            return f"CREATE {item.kind.upper()} {item.title} {' '.join(summary(item, snapshot))}".rstrip()


def summary(item: CatalogObject, snapshot: Snapshot) -> tuple[str, ...]:  # noqa: PLR0911 - one return for each kind
    """What follows kind and name where the object is shown as added or removed, a line each."""
    match item:
        case objects.Column():
            return (_column(item).removeprefix(show_identifier(item.name)).strip(),)
        case objects.Constraint() | objects.DomainConstraint():
            return (item.definition,)
        case objects.Table():
            return tuple(_table_parts(item, snapshot))
        case objects.Index():
            return (item.definition.partition(" USING ")[2] and f"USING {item.definition.partition(' USING ')[2]}",)
        case objects.EnumType():
            return (f"AS ENUM ({', '.join(map(_literal, item.labels))})",)
        case objects.CompositeType():
            return (f"AS ({', '.join(item.attributes)})",)
        case objects.Domain():
            return (" ".join(_domain(item)),)
        case objects.Sequence():
            return (" ".join(_sequence(item)),)
        case _:
            return ()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _column(item: objects.Column) -> str:
    parts = [show_identifier(item.name), item.type]
    if item.collation:
        parts.append(f"COLLATE {item.collation}")
    if item.generated:
        parts.append(f"GENERATED ALWAYS AS ({item.default}) {'STORED' if item.generated == 's' else 'VIRTUAL'}")
    elif item.identity:
        parts.append(item.identity)
    elif item.default is not None:
        parts.append(f"DEFAULT {item.default}")
    if item.not_null:
        parts.append("NOT NULL")
    return " ".join(parts)


def _table_parts(item: objects.Table, snapshot: Snapshot) -> Iterator[str]:
    columns = [column for column in snapshot.of(objects.Column) if column.table == item.name]
    yield from (_column(column) for column in sorted(columns, key=lambda column: column.attnum))
    for constraint in snapshot.of(objects.Constraint):
        if constraint.table == item.name:
            yield f"CONSTRAINT {show_identifier(constraint.name)} {constraint.definition}"


def _create_table(item: objects.Table, snapshot: Snapshot) -> str:
    parts = ",\n".join(f"    {part}" for part in _table_parts(item, snapshot))
    return f"CREATE {'UNLOGGED ' if item.unlogged else ''}{item.kind.upper()} {item.name} (\n{parts}\n)"


def _domain(item: objects.Domain) -> Iterator[str]:
    yield f"AS {item.type}"
    if item.collation:
        yield f"COLLATE {item.collation}"
    if item.default is not None:
        yield f"DEFAULT {item.default}"
    if item.not_null:
        yield "NOT NULL"


def _sequence(item: objects.Sequence) -> Iterator[str]:
    yield f"AS {item.type} START WITH {item.start} INCREMENT BY {item.increment}"
    yield f"MINVALUE {item.min_value} MAXVALUE {item.max_value} CACHE {item.cache}"
    if item.cycle:
        yield "CYCLE"
    if item.owned_by_table is not None and item.owned_by_column is not None:
        yield f"OWNED BY {item.owned_by_table}.{show_identifier(item.owned_by_column)}"
