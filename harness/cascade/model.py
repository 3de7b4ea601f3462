"""Foreign keys that act when a row is deleted, and what a delete was measured to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.names import QualifiedName, RevisionId, show_identifier


class Action(StrEnum):
    """What a foreign key does to its rows when the row that they refer to is deleted or changed, in SQL.

    Source: https://www.postgresql.org/docs/current/sql-createtable.html
    """

    NO_ACTION = "NO ACTION"
    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A foreign key that acts on its rows when the row that they refer to is deleted."""

    name: str
    child: QualifiedName
    """The table that refers."""
    columns: tuple[str, ...]
    parent: QualifiedName
    """The table that is referred to."""
    referenced_columns: tuple[str, ...]
    on_delete: Action
    set_columns: tuple[str, ...] = ()
    """Of SET NULL and SET DEFAULT, where not all columns are set (server 15)."""
    on_update: Action = Action.NO_ACTION
    match_full: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    not_valid: bool = False
    only_joins: bool = False
    """Whether the child holds nothing but its references, and nothing refers to it: it joins other tables."""
    counted_in: QualifiedName
    """The table under which the child's rows are counted: of a partition, its root."""

    @property
    def title(self) -> str:
        """``public.orders.orders_user_id_fkey``."""
        return f"{self.child}.{show_identifier(self.name)}"

    @property
    def cascades(self) -> bool:
        """Whether rows are deleted with the row that they refer to."""
        return self.on_delete is Action.CASCADE


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTrigger:
    """A trigger of the user's that fires when rows of a table are deleted."""

    name: str
    table: QualifiedName
    timing: str
    """``BEFORE`` or ``AFTER``."""
    function: str
    """As PostgreSQL writes it: ``public.archive_user()``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEffect:
    """What a delete did to one table."""

    table: QualifiedName
    rows: int
    """How many there were before."""
    deleted: int = 0
    changed: int = 0
    added: int = 0
    columns: tuple[str, ...] = ()
    """Those whose values changed."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that could not be deleted."""

    row: str
    """``(id=3)``."""
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """One row was deleted, what that did was counted, and it was taken back."""

    table: QualifiedName
    row: str
    """``(id=3)``."""
    effects: tuple[TableEffect, ...]
    """The table of the row first, then the others in order of name."""
    refused: tuple[Refusal, ...] = ()
    """Rows with more below them, which were tried first."""

    def of(self, table: QualifiedName) -> TableEffect | None:
        """What it did to ``table``; None: nothing."""
        return next((effect for effect in self.effects if effect.table == table), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """No delete went through."""

    reason: str
    refused: tuple[Refusal, ...] = ()


Measurement = Deletion | NotMeasured


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeEvidence:
    """What is known of one foreign key that cascades."""

    key: ForeignKey
    measured: Measurement
    """What deleting a row of its parent does to that table and to those that hang on the foreign key."""
    tree: tuple[str, ...]
    """Its parent, and below it the foreign key with what hangs on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeRoot:
    """A table from which deletes go on to others, with nothing above it from which they come."""

    table: QualifiedName
    measured: Measurement
    tree: tuple[str, ...]
    """The table, and what hangs below it: what an earlier root has drawn is not drawn again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeFacts:
    """What deletes do at the head."""

    keys: tuple[ForeignKey, ...] = ()
    """All that act on a delete, in order of child and name."""
    triggers: tuple[DeleteTrigger, ...] = ()
    brought_by: tuple[RevisionId | None, ...] = ()
    """Of each of ``keys`` the revision whose upgrade first made it cascade; None: none did, or it does not cascade."""
    from_parents: tuple[tuple[QualifiedName, Measurement], ...] = ()
    """Of each table with a foreign key that cascades, what deleting the row with the most below it does."""
    by_key: tuple[Measurement | None, ...] = ()
    """Of each of ``keys`` that cascades, what deleting a row does from which it deletes others."""
    not_measured: str | None = None
    """Why nothing is known at all; None when the head was looked at."""
