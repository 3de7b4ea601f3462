"""Types and domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import NOTHING, CatalogObject, InSchema, not_compared
from harness.names import QualifiedName, show_identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumType(InSchema):
    """An enum type: pg_enum."""

    KIND: ClassVar[str] = "type"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    labels: tuple[str, ...]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeType(InSchema):
    """A type made of attributes, which order matters to its literals: pg_type and pg_attribute."""

    KIND: ClassVar[str] = "type"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    attributes: tuple[str, ...]
    attribute_comments: frozenset[str]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(InSchema):
    """A domain: pg_type."""

    KIND: ClassVar[str] = "domain"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    type: str
    collation: str | None
    not_null: bool
    not_null_constraint: str | None
    """Name of the NOT NULL constraint where it is not the usual one (server 17)."""
    not_null_comment: str | None
    default: str | None
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainConstraint(CatalogObject):
    """A check constraint of a domain: pg_constraint."""

    KIND: ClassVar[str] = "domain constraint"

    oid: int = not_compared()  # given anew to an object made again
    domain: QualifiedName
    name: str
    definition: str
    comment: str | None = None

    @property
    def title(self) -> str:
        """``public.price.price_check``."""
        return f"{self.domain}.{show_identifier(self.name)}"

    @property
    def schema(self) -> str | None:
        """The schema of the domain."""
        return self.domain.schema

    @property
    def relation(self) -> QualifiedName | None:
        """The domain."""
        return self.domain


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseType(InSchema):
    """A base type, a range type, or the shell of a type to come: pg_type and pg_range."""

    KIND: ClassVar[str] = "type"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    form: str
    """``base``, ``range`` or ``shell``."""
    options: frozenset[str]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING
