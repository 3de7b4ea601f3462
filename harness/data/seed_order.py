"""The order in which tables are filled: what a foreign key refers to before what refers."""

from __future__ import annotations

from collections.abc import Collection

from harness.data.shapes import Shapes, TableShape
from harness.names import QualifiedName


def parents_first(shapes: Shapes, tables: Collection[QualifiedName]) -> list[QualifiedName]:
    """The tables in such an order, by name where it does not matter.

    Foreign keys that go in a circle are broken where a key may be NULL, and only where that is not enough, anywhere.
    """
    remaining = sorted(name for name in set(tables) if name in shapes.tables)
    ordered: list[QualifiedName] = []
    while remaining:
        waiting = set(remaining)
        free = [name for name in remaining if not _awaits(shapes.tables[name], waiting, nullable_too=True)]
        able = [name for name in remaining if not _awaits(shapes.tables[name], waiting, nullable_too=False)]
        ready = free or able[:1] or remaining[:1]
        ordered += ready
        remaining = [name for name in remaining if name not in ready]
    return ordered


def _awaits(shape: TableShape, waiting: Collection[QualifiedName], *, nullable_too: bool) -> bool:
    for key in shape.foreign_keys:
        required = any(shape.column(column).not_null for column in key.columns)
        if key.references != shape.name and key.references in waiting and (required or nullable_too):
            return True
    return False
