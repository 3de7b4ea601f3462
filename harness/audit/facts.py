"""What the source of a revision tells, as values: no judgement, no connection, and nothing of the user's was run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.cascade.model import Action
from harness.names import RevisionId


class Kind(StrEnum):
    """What kind of object a statement makes, takes away or alters."""

    TABLE = "table"
    COLUMN = "column"
    INDEX = "index"
    CONSTRAINT = "constraint"
    TYPE = "type"
    LABEL = "enum label"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    SEQUENCE = "sequence"
    FUNCTION = "function"
    TRIGGER = "trigger"
    POLICY = "policy"
    EXTENSION = "extension"
    SCHEMA = "schema"
    SEARCH_PATH = "search_path"
    OTHER = "object"


class Act(StrEnum):
    """What a statement does to an object."""

    CREATE = "create"
    DROP = "drop"
    RENAME = "rename"
    ALTER = "alter"
    ATTACH = "attach"
    """It goes with a table from now on, or with none: a partition, or the sequence of a column."""
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    """DELETE and TRUNCATE."""


DATA_ACTS = frozenset({Act.INSERT, Act.UPDATE, Act.DELETE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A foreign key as the source declares it. Tables are named as written, without ``public.``."""

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    on_delete: Action
    name: str | None
    """None where the source leaves it to the server."""
    line: int
    is_certain: bool
    """Whether it is made, and with this action, whatever the database holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that an operation does to one object."""

    act: Act
    kind: Kind
    name: str | None
    """As written, without ``public.``; None where it cannot be told."""
    line: int
    is_certain: bool
    """Whether it happens whatever the database holds."""
    table: str | None = None
    """The table that a column, index, constraint, trigger or policy is of, None where that cannot be told; of a
    partition its parent, and of a sequence its owner, if it has one."""
    columns: tuple[str, ...] | None = None
    """The columns of a table, those that an index or constraint is over (with the other words of an index's
    expressions), or the one that owns a sequence; None where they cannot be told."""
    constraint_type: str | None = None
    """What Alembic calls the kind of a constraint, where a naming convention may complete the name that it is given."""
    new_name: str | None = None
    """Of a renamed object; None where it cannot be told."""
    cascades: bool = False
    """Whether a DROP takes away what depends on the object, too."""
    foreign_keys: tuple[ForeignKey, ...] = ()
    """Those that it brings."""
    has_where: bool = False
    """Whether an UPDATE or DELETE is of some rows only."""
    if_exists: bool = False
    """Whether a DROP, or an ALTER, is of something that may not be there."""

    @property
    def in_table(self) -> str | None:
        """The name behind that of its table; alone where that cannot be told."""
        return f"{self.table}.{self.name}" if self.table is not None else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call of an Alembic operation, or one statement of SQL."""

    name: str
    """``create_table``; of SQL its first words: ``CREATE TABLE``."""
    line: int
    effects: tuple[Effect, ...]
    sql: str | None = None
    """The statement; None for an Alembic operation. What the source computes stands in it as ``…``."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may do anything as far as the source tells."""

    line: int
    what: str
    """As a clause: ``calls shop.helpers.rebuild()``."""
    sql: str | None = None
    """Its text, where it is SQL that is there but cannot be read."""


class Body(StrEnum):
    """What a migration function is, before any question of what it does."""

    MISSING = "missing"
    EMPTY = "empty"
    """Nothing but ``pass``, a docstring, or what touches no database."""
    REFUSES = "refuses"
    """It raises before it does anything, whatever the database holds."""
    WRITTEN = "written"
    UNSEEN = "unseen"
    """It is imported or made at run time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFacts:
    """What ``upgrade()`` or ``downgrade()`` does."""

    line: int
    """0 where there is none."""
    body: Body
    refusal: str | None = None
    """What it raises, when it refuses."""
    refusal_line: int = 0
    operations: tuple[Operation, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The effects of all operations, in the order in which they run."""
        return tuple(effect for operation in self.operations for effect in operation.effects)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """One revision file as its source tells."""

    revision: RevisionId
    path: Path
    lines: int
    size_bytes: int
    upgrade: FunctionFacts
    downgrade: FunctionFacts

    @property
    def changes_data(self) -> bool:
        """Whether the upgrade writes to rows."""
        return any(effect.act in DATA_ACTS for effect in self.upgrade.effects)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that upgrade and downgrade touch, by name."""
        touched = {
            name for function in (self.upgrade, self.downgrade) for effect in function.effects
            for name in (effect.name if effect.kind is Kind.TABLE else effect.table,) if name
        }
        return tuple(sorted(touched))

    @property
    def raw_sql(self) -> int:
        """How many statements of SQL the source holds in both functions."""
        return sum(operation.sql is not None for function in (self.upgrade, self.downgrade)
                   for operation in function.operations)

    @property
    def operations(self) -> int:
        """How many operations upgrade and downgrade make."""
        return len(self.upgrade.operations) + len(self.downgrade.operations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Something of a project that the audit could not see, and so says nothing about."""

    what: str
    """A path, or a setting."""
    why: str
