"""The difference of two snapshots, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.catalog.objects import CatalogObject
from harness.catalog.snapshot import Snapshot
from harness.names import QualifiedName


class Action(StrEnum):
    """What became of an object."""

    ADDED = "added"
    REMOVED = "removed"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute of an object that differs, each side as text; None where it is not set."""

    attribute: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One object that differs. A table that came or went stands for all its parts."""

    kind: str
    """What it is, in PostgreSQL's words."""
    name: str
    """As reports show it, for example ``public.users.phone``."""
    action: Action
    attributes: tuple[AttributeChange, ...]
    """What differs; empty unless altered."""
    definition: str | None
    """DDL that makes the object: as it is when added, as it was when removed or altered; None where none is known."""
    summary: tuple[str, ...] = ()
    """What there is to say about an added or removed object beside its name, a line each."""
    before: CatalogObject | None = field(default=None, compare=False, repr=False)  # what the fields above tell of
    after: CatalogObject | None = field(default=None, compare=False, repr=False)  # the same


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """A table with the same columns in another order."""

    table: QualifiedName
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogDelta:
    """All that differs; true when an object does. The order of columns alone makes it not true."""

    changes: tuple[Change, ...]
    column_orders: tuple[ColumnOrder, ...]
    before: Snapshot | None = field(default=None, compare=False, repr=False)  # what the changes are told of
    after: Snapshot | None = field(default=None, compare=False, repr=False)  # the same

    def __bool__(self) -> bool:
        """Whether any object differs."""
        return bool(self.changes)
