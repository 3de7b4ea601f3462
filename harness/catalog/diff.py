"""Compare two snapshots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from harness.catalog.delta import Action, AttributeChange, CatalogDelta, Change, ColumnOrder
from harness.catalog.objects import CatalogObject, Column, Schema
from harness.catalog.snapshot import Snapshot
from harness.catalog.statements import definition, summary
from harness.names import QualifiedName

Objects = dict[tuple[str, str], CatalogObject]


def diff(before: Snapshot, after: Snapshot) -> CatalogDelta:
    """Say what differs, object by object, with those of one table together."""
    was = {(item.kind, item.title): item for item in before.objects}
    now = {(item.kind, item.title): item for item in after.objects}
    changes = [
        *((item, _change(item, Action.REMOVED, before)) for item in _only_in(was, now)),
        *((item, _change(item, Action.ADDED, after)) for item in _only_in(now, was)),
        *((item, _alteration(item, now[key], before)) for key, item in was.items() if key in now and item != now[key]),
    ]
    changes.sort(key=lambda pair: _place(pair[0]))
    return CatalogDelta(tuple(change for _, change in changes), tuple(_column_orders(before, after)))


def _place(item: CatalogObject) -> tuple[str, bool, bool, str, str]:
    """Where a reader looks for it: beside its table, after it, the columns first."""
    return (str(item.relation or item.title), item.relation is not None, item.kind != "column", item.kind, item.title)


def _only_in(these: Objects, those: Objects) -> Iterator[CatalogObject]:
    """Objects that the other side lacks, without those that come and go with one of them."""
    alone = [item for key, item in these.items() if key not in those]
    schemas = {item.name for item in alone if isinstance(item, Schema)}
    titles = {item.title for item in alone if item.relation is None}
    for item in alone:
        if item.schema not in schemas and (item.relation is None or str(item.relation) not in titles):
            yield item


def _change(item: CatalogObject, action: Action, side: Snapshot) -> Change:
    return Change(item.kind, item.title, action, (), definition(item, side), summary(item, side))


def _alteration(before: CatalogObject, after: CatalogObject, side: Snapshot) -> Change:
    attributes = tuple(_attribute_changes(before, after))
    return Change(before.kind, before.title, Action.ALTERED, attributes, definition(before, side))


def _attribute_changes(before: CatalogObject, after: CatalogObject) -> Iterator[AttributeChange]:
    for item in fields(before):  # type: ignore[arg-type]  # every class is a dataclass
        was, now = getattr(before, item.name), getattr(after, item.name)
        if item.compare and was != now:
            yield AttributeChange(item.name.replace("_", " "), _text(was), _text(now))


def _text(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return ", ".join(sorted(value)) or None
        case tuple():
            return ", ".join(map(str, value)) or None
        case _:
            return str(value)


def _column_orders(before: Snapshot, after: Snapshot) -> Iterator[ColumnOrder]:
    was, now = _columns(before), _columns(after)
    for table, columns in was.items():
        others = now.get(table, ())
        if columns != others and sorted(columns) == sorted(others):
            yield ColumnOrder(table, columns, others)


def _columns(snapshot: Snapshot) -> dict[QualifiedName, tuple[str, ...]]:
    found: defaultdict[QualifiedName, list[tuple[int, str]]] = defaultdict(list)
    for column in snapshot.of(Column):
        found[column.table].append((column.attnum, column.name))
    return {table: tuple(name for _, name in sorted(columns)) for table, columns in found.items()}
