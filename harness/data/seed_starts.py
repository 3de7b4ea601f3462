"""With which number the plain values of a column begin.

Were they the same in every column, a downgrade that copies the wrong column over another would change nothing, and two
tables would seem to have made the same uuid. What an application's rows have in common these have too: small numbers
overlap with those that a sequence gives, a later column holds no earlier time, and what is called after another table's
key holds values of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection

from harness.data.shapes import ColumnShape, TableShape

_UUID = "uuid"


def start_of(shape: TableShape, column: ColumnShape, *, bound: Collection[str]) -> int:
    """What to add to the numbers of the plain values of ``column``.

    ``bound`` are the columns that it is chosen together with, itself too: those alike begin together, and whatever
    order is between them is for the choice to find.
    """
    if column.type.base.name.name == _UUID:
        return zlib.crc32(_full_name(shape, column).encode())
    if column.name in shape.primary_key:
        return 0  # as a sequence would number it
    category = column.type.base.category
    alike = [other.name for other in shape.columns if other.type.base.category == category
             and not other.numbered and other.name not in shape.primary_key]
    return next(place for place, name in enumerate(alike) if name in bound)


def _full_name(shape: TableShape, column: ColumnShape) -> str:
    """What a column of another table would be called that refers to this one: ``user_id`` for ``id`` of ``users``."""
    table = shape.name.name
    for plural, singular in (("ies", "y"), ("ses", "s"), ("s", "")):
        if table.endswith(plural) and not table.endswith("ss"):
            table = table.removesuffix(plural) + singular
            break
    if column.name not in shape.primary_key or column.name.startswith(table):
        return column.name
    return f"{table}_{column.name}"
