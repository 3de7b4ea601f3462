"""The values that describe tables: see :mod:`harness.data.shapes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.names import QualifiedName

NO_MODIFIER = -1
_HEADER = 4
"""Bytes that PostgreSQL adds to the modifier of varchar, char and numeric (VARHDRSZ)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeShape:
    """A type with its modifier, and what it is made of."""

    oid: int
    name: QualifiedName
    sql: str
    """As ``format_type`` writes it, modifier included."""
    kind: str
    """``pg_type.typtype``: b(ase), d(omain), e(num), r(ange), m(ultirange), c(omposite), p(seudo)."""
    category: str
    """``pg_type.typcategory``.

    Source: https://www.postgresql.org/docs/current/catalog-pg-type.html#CATALOG-TYPCATEGORY-TABLE
    """
    modifier: int = NO_MODIFIER
    labels: tuple[str, ...] = ()
    """An enum's labels in their order."""
    over: TypeShape | None = None
    """What a domain is over, an array is of, a range's bounds are, or the range of a multirange."""
    attributes: tuple[tuple[str, TypeShape], ...] = ()
    """A composite type's attributes."""
    checks: tuple[str, ...] = ()
    """A domain's own checks: expressions of VALUE."""
    not_null: bool = False
    """Whether the domain refuses NULL."""

    @property
    def base(self) -> TypeShape:
        """The type under all domains."""
        shape = self
        while shape.kind == "d" and shape.over is not None:
            shape = shape.over
        return shape

    @property
    def domains(self) -> tuple[TypeShape, ...]:
        """The domains from this type down to the base, none if it is no domain."""
        found = []
        shape = self
        while shape.kind == "d" and shape.over is not None:
            found.append(shape)
            shape = shape.over
        return tuple(found)

    @property
    def element(self) -> TypeShape | None:
        """The type of an array's elements."""
        base = self.base
        return base.over if base.category == "A" else None

    @property
    def parts(self) -> tuple[TypeShape, ...]:
        """This type and all that it is made of, however deep."""
        below = [attribute for _, attribute in self.attributes]
        if self.over is not None:
            below.append(self.over)
        return (self, *(part for shape in below for part in shape.parts))

    @property
    def max_length(self) -> int | None:
        """Characters that varchar(n) and char(n) hold, bits that bit(n) and bit varying(n) hold."""
        base = self.base
        if base.modifier == NO_MODIFIER:
            return None
        if base.name.name in ("varchar", "bpchar"):
            return base.modifier - _HEADER
        return base.modifier if base.name.name in ("bit", "varbit") else None

    @property
    def precision_and_scale(self) -> tuple[int, int] | None:
        """Digits in all and digits after the point of a numeric(p, s); the scale may be negative."""
        base = self.base
        if base.name.name != "numeric" or base.modifier == NO_MODIFIER:
            return None
        packed = base.modifier - _HEADER
        scale = packed & 0x7FF
        return packed >> 16, scale - 0x800 if scale & 0x400 else scale


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShape:
    """A column as a row must fill it."""

    name: str
    attnum: int
    type: TypeShape
    not_null: bool
    """By itself, by its domain, or as part of the primary key."""
    default_sql: str | None
    sequence_default: bool
    """Whether the default takes from a sequence (``serial``); identity columns count apart."""
    identity: str
    """``pg_attribute.attidentity``: '', 'a' (ALWAYS) or 'd' (BY DEFAULT)."""
    generated: bool

    @property
    def type_sql(self) -> str:
        """As ``format_type`` writes it."""
        return self.type.sql

    @property
    def has_default(self) -> bool:
        """Whether a row may leave the column out and not get NULL."""
        return self.default_sql is not None or bool(self.identity)

    @property
    def numbered(self) -> bool:
        """Whether its values come from a sequence of its own accord."""
        return self.sequence_default or bool(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """A unique index, that of a constraint too."""

    name: str
    primary: bool
    columns: tuple[str, ...]
    """Plain key columns."""
    expressions_sql: str | None
    predicate_sql: str | None
    nulls_not_distinct: bool
    reads: tuple[str, ...]
    """Every column that it depends on, those of expressions and predicate too."""
    without_overlaps: bool

    @property
    def plain(self) -> bool:
        """Whether it is over columns alone and holds for every row."""
        return bool(self.columns) and self.expressions_sql is None and self.predicate_sql is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A CHECK constraint of a table, or what a partition demands."""

    name: str
    expression_sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A FOREIGN KEY constraint."""

    name: str
    columns: tuple[str, ...]
    references: QualifiedName
    referenced_columns: tuple[str, ...]
    references_partitioned: bool
    """Whether it refers to a partitioned table; to any other, it refers to rows of that very table, not of heirs."""
    deferrable: bool
    match_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """An EXCLUDE constraint."""

    name: str
    definition_sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """Everything that decides which rows a table takes."""

    name: QualifiedName
    oid: int
    kind: str
    """``pg_class.relkind``: 'r', or 'p' for a partitioned table."""
    columns: tuple[ColumnShape, ...]
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    partitions: tuple[str, ...] = ()
    """What each leaf partition demands of a row, as an expression; empty for one that takes all."""
    has_triggers: bool = False
    has_row_security: bool = False

    def column(self, name: str) -> ColumnShape:
        """The column of this name.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The primary key's columns in its order; none if there is no key."""
        return next((unique.columns for unique in self.uniques if unique.primary), ())


@dataclass(frozen=True)
class Shapes:
    """The shapes of a database's tables at one moment."""

    tables: Mapping[QualifiedName, TableShape] = field(default_factory=dict)

    @cached_property
    def by_oid(self) -> Mapping[int, TableShape]:
        """The same tables by their oid, which a rename keeps."""
        return {shape.oid: shape for shape in self.tables.values()}
