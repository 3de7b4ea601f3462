"""Schemas, tables and the parts of tables, views and sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import NOTHING, InDatabase, InSchema, OnTable, not_compared
from harness.names import QualifiedName


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(InDatabase):
    """A schema: pg_namespace."""

    KIND: ClassVar[str] = "schema"

    oid: int = not_compared()  # given anew to an object made again
    name: str
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(InSchema):
    """A table, partitioned table, partition or foreign table: pg_class."""

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    relkind: str
    unlogged: bool
    access_method: str | None
    tablespace: str | None
    options: frozenset[str]
    inherits: tuple[QualifiedName, ...]
    partition_of: QualifiedName | None
    partition_bound: str | None
    partition_key: str | None
    of_type: str | None
    replica_identity: str
    row_security: bool
    force_row_security: bool
    server: str | None
    foreign_options: frozenset[str]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING

    @property
    def kind(self) -> str:
        """``table`` or ``foreign table``."""
        return "foreign table" if self.relkind == "f" else "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(OnTable):
    """A column of a table: pg_attribute. Its place among the others is compared apart."""

    KIND: ClassVar[str] = "column"

    oid: int = not_compared()  # of its table
    attnum: int = not_compared()  # a column dropped and added again stands last: cosmetic, compared apart
    table: QualifiedName
    name: str
    type: str
    collation: str | None
    not_null: bool
    not_null_constraint: str | None
    """Name and flags of the NOT NULL constraint where they are not the usual ones (server 18)."""
    not_null_comment: str | None
    default: str | None
    generated: str | None
    """``STORED`` or ``VIRTUAL`` (server 18)."""
    identity: str | None
    identity_privileges: frozenset[str]
    """Privileges on the sequence behind the identity."""
    identity_comment: str | None
    storage: str | None
    compression: str | None
    statistics_target: int | None
    options: frozenset[str]
    foreign_options: frozenset[str]
    is_local: bool
    is_inherited: bool = not_compared(default=False)  # the table says what it inherits
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


_CONSTRAINT_KINDS = {
    "c": "check constraint",
    "f": "foreign key constraint",
    "p": "primary key constraint",
    "u": "unique constraint",
    "x": "exclusion constraint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(OnTable):
    """A constraint of a table with the index that implements it: pg_constraint. NOT NULL belongs to the column."""

    oid: int = not_compared()  # given anew to an object made again
    table: QualifiedName
    name: str
    contype: str
    definition: str
    """With DEFERRABLE, NOT VALID, NOT ENFORCED, NO INHERIT and INCLUDE where they hold."""
    index_options: frozenset[str]
    index_tablespace: str | None
    index_is_clustered: bool
    index_is_replica_identity: bool
    index_attached_to: QualifiedName | None
    index_comment: str | None
    is_local: bool
    is_inherited: bool = not_compared(default=False)  # the table says what it inherits
    comment: str | None = None

    @property
    def kind(self) -> str:
        """``unique constraint``, ``check constraint`` and so on."""
        return _CONSTRAINT_KINDS[self.contype]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(InSchema):
    """An index that implements no constraint: pg_index."""

    KIND: ClassVar[str] = "index"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    table: QualifiedName
    definition: str
    tablespace: str | None
    is_valid: bool
    """Not when building it CONCURRENTLY failed; pg_dump passes over it then, but it keeps its name."""
    is_clustered: bool
    is_replica_identity: bool
    statistics_targets: tuple[str, ...]
    attached_to: QualifiedName | None
    """The partitioned index that it is a part of."""
    comment: str | None = None

    @property
    def relation(self) -> QualifiedName | None:
        """The table."""
        return self.table


@dataclass(frozen=True, slots=True, kw_only=True)
class View(InSchema):
    """A view or materialized view: pg_class."""

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    relkind: str
    definition: str
    options: frozenset[str]
    access_method: str | None
    tablespace: str | None
    column_properties: tuple[str, ...]
    """Defaults, comments, privileges and storage of its columns, each column that has any."""
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING

    @property
    def kind(self) -> str:
        """``view`` or ``materialized view``."""
        return "materialized view" if self.relkind == "m" else "view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(InSchema):
    """A sequence that is no identity column's: pg_sequence. Where it stands is data, not schema."""

    KIND: ClassVar[str] = "sequence"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    unlogged: bool
    type: str
    start: int
    increment: int
    min_value: int
    max_value: int
    cache: int
    cycle: bool
    owned_by_table: QualifiedName | None
    owned_by_column: str | None
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING

    @property
    def relation(self) -> QualifiedName | None:
        """The table whose column owns it."""
        return self.owned_by_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(OnTable):
    """A rewrite rule: pg_rewrite."""

    KIND: ClassVar[str] = "rule"

    oid: int = not_compared()  # given anew to an object made again
    table: QualifiedName
    name: str
    definition: str
    enabled: str
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(OnTable):
    """A trigger on a table or view: pg_trigger."""

    KIND: ClassVar[str] = "trigger"

    oid: int = not_compared()  # given anew to an object made again
    table: QualifiedName
    name: str
    definition: str
    enabled: str
    is_inherited: bool = not_compared(default=False)  # the table says what it inherits
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(OnTable):
    """A row security policy: pg_policy."""

    KIND: ClassVar[str] = "policy"

    oid: int = not_compared()  # given anew to an object made again
    table: QualifiedName
    name: str
    permissive: bool
    command: str
    roles: frozenset[str]
    using_expression: str | None
    check_expression: str | None
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics(InSchema):
    """Extended statistics: pg_statistic_ext."""

    KIND: ClassVar[str] = "statistics"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    table: QualifiedName
    definition: str = not_compared(default="")  # names its columns in the order of the table, which is compared apart
    kinds: frozenset[str]
    subjects: frozenset[str]
    """Columns and expressions."""
    statistics_target: int | None
    owner: str
    comment: str | None = None

    @property
    def relation(self) -> QualifiedName | None:
        """The table."""
        return self.table
