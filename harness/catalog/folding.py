"""Leave out what follows from another change, so that one thing done is one change told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from harness.catalog import objects
from harness.catalog.delta import Change
from harness.catalog.objects import CatalogObject
from harness.catalog.snapshot import Snapshot
from harness.names import QualifiedName, show_identifier

Key = tuple[str, str]
"""Kind and title, which identify an object in its database."""
Parents = Mapping[QualifiedName, tuple[QualifiedName, ...]]
"""The tables that a table inherits from, or is a partition of."""


def key_of(item: CatalogObject) -> Key:
    """Kind and title of an object."""
    return (item.kind, item.title)


def without_parts(alone: list[CatalogObject]) -> Iterator[CatalogObject]:
    """Of the objects that one side lacks, those that do not come and go with another of them."""
    schemas = {item.name for item in alone if isinstance(item, objects.Schema)}
    relations = {item.title for item in alone if item.relation is None}
    columns = {(item.table, item.name) for item in alone if isinstance(item, objects.Column)}
    for item in alone:
        if item.schema in schemas or (item.relation is not None and str(item.relation) in relations):
            continue
        # The sequence of a serial column: https://www.postgresql.org/docs/current/datatype-numeric.html
        if isinstance(item, objects.Sequence) and (item.owned_by_table, item.owned_by_column) in columns:
            continue
        yield item


def without_heirs(
    found: dict[Key, tuple[CatalogObject, Change]], before: Snapshot, after: Snapshot
) -> Iterator[tuple[CatalogObject, Change]]:
    """The changes without those that a child table or a partition only has from its parent."""
    @cache
    def parents() -> Parents:
        return {table.name: _parents(table) for side in (before, after) for table in side.of(objects.Table)}

    for item, change in found.values():
        followed = (found[key][1] for key in _followed(item, parents) if key in found)
        if not any((other.action, other.attributes) == (change.action, change.attributes) for other in followed):
            yield item, change


def _parents(table: objects.Table) -> tuple[QualifiedName, ...]:
    return table.inherits if table.partition_of is None else (table.partition_of,)


def _followed(item: CatalogObject, parents: Callable[[], Parents]) -> Iterator[Key]:
    """What an object may have its change from."""
    match item:
        case objects.Index(attached_to=QualifiedName() as parent):
            yield (item.kind, str(parent))
        case objects.Constraint(index_attached_to=QualifiedName() as parent):
            for table in parents().get(item.table, ()):
                yield (item.kind, f"{table}.{show_identifier(parent.name)}")
        case objects.Column(is_inherited=True) | objects.Constraint(is_inherited=True):
            for table in parents().get(item.table, ()):
                yield (item.kind, f"{table}.{show_identifier(item.name)}")
        case _:
            return
