"""Which of the plain values a column holds.

Were they the same in every column, a downgrade that copies the wrong column over another would change nothing, and all
tables would seem to have made the same uuids. What an application's rows have in common these have too: a column that
refers to another table without a foreign key holds keys of it, and a later column holds no earlier time.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from typing import NamedTuple

from harness.data.shapes import ColumnShape, TableShape

_UUID = "uuid"
_APART = 4
"""A table has one of so many uuids for its keys; a column that may refer to any table has all."""


class Series(NamedTuple):
    """The numbers of the plain values of a column."""

    start: int
    step: int

    def at(self, number: int) -> int:
        """The number of the value that comes at this place."""
        return self.start + number * self.step


def series_of(shape: TableShape, column: ColumnShape, *, bound: Collection[str]) -> Series:
    """Which plain values ``column`` holds.

    ``bound`` are the columns that it is chosen together with, itself too: those alike begin together, and whatever
    order is between them is for the choice to find.
    """
    if column.name in shape.primary_key:
        if column.type.base.name.name == _UUID:
            return Series(zlib.crc32(str(shape.name).encode()) % _APART, _APART)
        return Series(0, 1)  # as a sequence would number it
    category = column.type.base.category
    alike = [other.name for other in shape.columns if other.type.base.category == category
             and not other.numbered and other.name not in shape.primary_key]
    return Series(next(place for place, name in enumerate(alike) if name in bound), 1)
