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
        free = [name for name in remaining if not _awaited(shapes.tables[name], waiting)]
        ready = free or [min(remaining, key=lambda name: _difficulty(shapes, name, waiting))]
        ordered += ready
        remaining = [name for name in remaining if name not in ready]
    return ordered


def _difficulty(
    shapes: Shapes, name: QualifiedName, waiting: Collection[QualifiedName]
) -> tuple[int, bool, bool, QualifiedName]:
    """Least for a table in a circle that needs none outside of it, and best one whose keys may be NULL."""
    reached = _reached(shapes, name, waiting)
    return len(reached), name not in reached, bool(_awaited(shapes.tables[name], waiting, required=True)), name


def _awaited(shape: TableShape, waiting: Collection[QualifiedName], *, required: bool = False) -> set[QualifiedName]:
    """The waiting tables that this one refers to, or must refer to."""
    return {key.references for key in shape.foreign_keys
            if key.references in waiting and key.references != shape.name
            and not (required and any(not shape.column(column).not_null for column in key.columns))}


def _reached(shapes: Shapes, name: QualifiedName, waiting: Collection[QualifiedName]) -> set[QualifiedName]:
    """The waiting tables that this one refers to, directly or over others."""
    reached: set[QualifiedName] = set()
    ahead = [name]
    while ahead:
        found = _awaited(shapes.tables[ahead.pop()], waiting) - reached
        reached |= found
        ahead += found
    return reached
