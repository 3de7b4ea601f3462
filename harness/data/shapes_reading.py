"""Read the shapes of tables from the catalogs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Any

from harness.data.rows import Connection, look_up
from harness.data.shapes_model import (
    NO_MODIFIER,
    Check,
    ColumnShape,
    Exclusion,
    ForeignKey,
    Shapes,
    TableShape,
    TypeShape,
    Unique,
)
from harness.names import QualifiedName

CatalogRow = tuple[Any, ...]


def read_shapes(
    connection: Connection, *, exclude: frozenset[QualifiedName] = frozenset(),
    relations: Collection[int] | None = None,
) -> Shapes:
    """Read the shape of every table outside the system's schemas and extensions, or only of those with these oids.

    A leaf partition is part of its root. One pipeline, so in effect one round trip.
    """
    arguments = [list(relations)] if relations is not None else []
    tables, columns, types, constraints, uniques = look_up(connection, [
        (_query(kind, restricted=relations is not None), arguments)
        for kind in ("tables", "columns", "types", "constraints", "uniques")
    ])
    found_types = _Types(types)
    columns_of, constraints_of, uniques_of = _grouped(columns), _grouped(constraints), _grouped(uniques)
    shapes: dict[QualifiedName, TableShape] = {}
    for oid, schema, relname, kind, triggers, row_security, partitions in tables:
        found = tuple(_uniques(uniques_of[oid]))
        key = next((unique.columns for unique in found if unique.primary), ())
        own = constraints_of[oid]
        name = QualifiedName(schema, relname)
        if name in exclude:
            continue
        shapes[name] = TableShape(
            name=name, oid=oid, kind=kind, columns=tuple(_columns(columns_of[oid], found_types, key)),
            uniques=found, checks=tuple(_checks(own)), foreign_keys=tuple(_foreign_keys(own)),
            exclusions=tuple(_exclusions(own, [column[0] for column in columns_of[oid]])),
            partitions=tuple(demand or "" for demand in partitions),
            has_triggers=triggers, has_row_security=row_security,
        )
    return Shapes(shapes)


def read_shapes_again(
    connection: Connection, known: Shapes, *, exclude: frozenset[QualifiedName], touched: frozenset[int]
) -> Shapes:
    """Return what ``read_shapes`` does: those that ``touched`` relations concern read anew, the others as ``known``.

    Of types, schemas and extensions nothing may have changed since ``known`` was read.
    """
    # A foreign key tells the names of the table and the columns that it refers to.
    names = {shape.name for shape in known.tables.values() if shape.oid in touched}
    relations = touched | {shape.oid for shape in known.tables.values()
                           if any(key.references in names for key in shape.foreign_keys)}
    fresh = read_shapes(connection, exclude=exclude, relations=relations).tables
    found = {**{name: shape for name, shape in known.tables.items() if shape.oid not in relations}, **fresh}
    return Shapes({name: found[name] for name in sorted(found)})


@lru_cache
def _query(kind: str, *, restricted: bool) -> bytes:
    text = (resources.files("harness.data") / "queries" / f"shape_{kind}.sql").read_text(encoding="utf-8")
    return text.replace("/* restricted */", "AND c.oid = ANY (%s::bigint[]::oid[])" if restricted else "").encode()


def _grouped(rows: Iterable[CatalogRow]) -> dict[int, list[CatalogRow]]:
    """The rows by the table's oid that each starts with."""
    groups: dict[int, list[CatalogRow]] = defaultdict(list)
    for oid, *rest in rows:
        groups[oid].append(tuple(rest))
    return groups


class _Types:
    """Builds types from their rows, each with the modifier it is used with."""

    def __init__(self, rows: Iterable[CatalogRow]) -> None:
        self._rows: dict[int, CatalogRow] = {row[0]: row[1:] for row in rows}
        self._built: dict[tuple[int, int], TypeShape] = {}

    def get(self, oid: int, modifier: int, sql: str) -> TypeShape:
        known = self._built.get((oid, modifier))
        if known is None:
            known = self._built[oid, modifier] = self._build(oid, modifier, sql)
        return known

    def _build(self, oid: int, modifier: int, sql: str) -> TypeShape:
        (schema, name, kind, category, not_null, base, base_modifier, base_sql, part, part_sql, labels, checks,
         attribute_names, attribute_types, attribute_modifiers, attribute_sqls) = self._rows[oid]
        over: TypeShape | None = None
        if base:
            over = self.get(base, base_modifier, base_sql)
        elif part:
            # An array carries the modifier of its elements.
            is_array = category == "A"
            over = self.get(part, modifier if is_array else NO_MODIFIER,
                            sql.removesuffix("[]") if is_array else part_sql)
        return TypeShape(
            oid=oid, name=QualifiedName(schema, name), sql=sql, kind=kind, category=category, modifier=modifier,
            labels=tuple(labels), over=over, checks=tuple(_expression(check) for check in checks), not_null=not_null,
            attributes=tuple(
                (attribute, self.get(*attribute_type)) for attribute, *attribute_type
                in zip(attribute_names, attribute_types, attribute_modifiers, attribute_sqls, strict=True)),
        )


def _columns(rows: list[CatalogRow], types: _Types, key: tuple[str, ...]) -> Iterator[ColumnShape]:
    for name, attnum, type_oid, modifier, type_sql, not_null, identity, generated, default_sql, from_sequence in rows:
        shape = types.get(type_oid, modifier, type_sql)
        yield ColumnShape(
            name=name, attnum=attnum, type=shape,
            not_null=not_null or name in key or any(domain.not_null for domain in shape.domains),
            default_sql=None if generated else default_sql, sequence_default=from_sequence and not generated,
            identity=identity, generated=bool(generated),
        )


def _uniques(rows: list[CatalogRow]) -> Iterator[Unique]:
    for name, primary, columns, expressions_sql, predicate_sql, nulls_not_distinct, reads, without_overlaps in rows:
        yield Unique(
            name=name, primary=primary, columns=tuple(columns), expressions_sql=expressions_sql,
            predicate_sql=predicate_sql, nulls_not_distinct=nulls_not_distinct,
            reads=tuple(dict.fromkeys([*columns, *sorted(reads)])), without_overlaps=without_overlaps,
        )


def _checks(rows: list[CatalogRow]) -> Iterator[Check]:
    for name, kind, _, definition, columns, *_ in rows:
        if kind == "c":
            yield Check(name=name, expression_sql=_expression(definition), columns=tuple(columns))


def _foreign_keys(rows: list[CatalogRow]) -> Iterator[ForeignKey]:
    for name, kind, deferrable, _, columns, schema, table, referenced, match, partitioned in rows:
        if kind == "f":
            yield ForeignKey(
                name=name, columns=tuple(columns), references=QualifiedName(schema, table),
                referenced_columns=tuple(referenced), references_partitioned=partitioned, deferrable=deferrable,
                match_full=match == "f",
            )


def _exclusions(rows: list[CatalogRow], columns: list[str]) -> Iterator[Exclusion]:
    for name, kind, _, definition, key, *_ in rows:
        if kind == "x":
            # pg_constraint.conkey has no columns for an expression.
            read = [column for column in columns if column not in key and named_in(definition, [column])]
            yield Exclusion(name=name, definition_sql=definition, columns=(*key, *read))


def named_in(expression: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Those of the columns that an expression seems to read."""
    return tuple(name for name in columns if re.search(rf"(?<![\w'.]){re.escape(name)}(?![\w'])", expression))


def _expression(definition: str) -> str:
    """The expression of ``CHECK (expression) [NO INHERIT] [NOT VALID] [NOT ENFORCED]``, parenthesised."""
    start, end = definition.index("("), definition.rindex(")")
    return definition[start:end + 1]
