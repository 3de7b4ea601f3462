"""Which table and column of the upgraded schema is which of the schema before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.data.shapes import ColumnShape, Shapes, TableShape


@dataclass(frozen=True)
class TablePair:
    """One table before and after the upgrade."""

    before: TableShape
    upgraded: TableShape

    @cached_property
    def columns(self) -> tuple[tuple[ColumnShape, ColumnShape], ...]:
        """The columns that were there before: matched by name, else, in the same table, by number."""
        by_name = {column.name: column for column in self.before.columns}
        same_table = self.before.oid == self.upgraded.oid
        by_number = {column.attnum: column for column in self.before.columns} if same_table else {}
        pairs = []
        for column in self.upgraded.columns:
            old = by_name.get(column.name) or by_number.get(column.attnum)
            if old is not None:
                pairs.append((old, column))
        return tuple(pairs)

    @cached_property
    def new_columns(self) -> tuple[ColumnShape, ...]:
        """The columns that the upgrade brought."""
        known = {column.name for _, column in self.columns}
        return tuple(column for column in self.upgraded.columns if column.name not in known)

    @cached_property
    def _new_names(self) -> dict[str, str]:
        return {old.name: column.name for old, column in self.columns}

    def new_names(self, old_names: Sequence[str]) -> tuple[str, ...] | None:
        """What these columns are called now; None unless all of them are still there."""
        names = self._new_names
        return tuple(names[name] for name in old_names) if all(name in names for name in old_names) else None

    def place(self, column: str) -> str:
        """A column as reports name it."""
        return f"{self.upgraded.name}.{column}"


def pair(before: Shapes, upgraded: TableShape) -> TablePair | None:
    """The table with what it was before, by its oid or else by its name; None for one that the upgrade brought."""
    old = before.by_oid.get(upgraded.oid) or before.tables.get(upgraded.name)
    return TablePair(old, upgraded) if old is not None else None
