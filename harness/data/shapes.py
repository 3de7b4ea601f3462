"""What a row of each table must look like: columns, types down to the base, and every constraint on them.

Two shapes of one table are equal exactly when nothing that decides which rows it takes has changed.
"""

from __future__ import annotations

from harness.data.shapes_model import (
    Check,
    ColumnShape,
    Exclusion,
    ForeignKey,
    Shapes,
    TableShape,
    TypeShape,
    Unique,
)
from harness.data.shapes_reading import named_in, read_shapes, read_shapes_again

__all__ = [
    "Check", "ColumnShape", "Exclusion", "ForeignKey", "Shapes", "TableShape", "TypeShape", "Unique", "named_in",
    "read_shapes", "read_shapes_again",
]
