"""Operators, how indexes use them, and casts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import CatalogObject, InSchema, not_compared
from harness.names import QualifiedName, show_identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(InSchema):
    """An operator: pg_operator."""

    KIND: ClassVar[str] = "operator"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    left_type: str
    right_type: str
    options: frozenset[str]
    owner: str
    comment: str | None = None

    @property
    def title(self) -> str:
        """``public.=== (integer, integer)``."""
        return f"{show_identifier(self.name.schema)}.{self.name.name} ({self.left_type}, {self.right_type})"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorClass(InSchema):
    """An operator class: pg_opclass."""

    KIND: ClassVar[str] = "operator class"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    access_method: str
    type: str
    is_default: bool
    family: str
    storage: str | None
    members: frozenset[str]
    owner: str
    comment: str | None = None

    @property
    def title(self) -> str:
        """``public.int_ops USING btree``."""
        return f"{self.name} USING {show_identifier(self.access_method)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFamily(InSchema):
    """An operator family, with the members that belong to none of its classes: pg_opfamily."""

    KIND: ClassVar[str] = "operator family"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    access_method: str
    members: frozenset[str]
    owner: str
    comment: str | None = None

    @property
    def title(self) -> str:
        """``public.int_ops USING btree``."""
        return f"{self.name} USING {show_identifier(self.access_method)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(CatalogObject):
    """A cast: pg_cast."""

    KIND: ClassVar[str] = "cast"

    oid: int = not_compared()  # given anew to an object made again
    source: str
    target: str
    method: str
    context: str | None
    """``IMPLICIT`` or ``ASSIGNMENT``; None where the cast must be written."""
    comment: str | None = None

    @property
    def title(self) -> str:
        """``(text AS public.mood)``."""
        return f"({self.source} AS {self.target})"

    @property
    def schema(self) -> str | None:
        """None."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform(CatalogObject):
    """How a language sees a type: pg_transform."""

    KIND: ClassVar[str] = "transform"

    oid: int = not_compared()  # given anew to an object made again
    type: str
    language: str
    from_sql: str | None
    to_sql: str | None
    comment: str | None = None

    @property
    def title(self) -> str:
        """``FOR public.mood LANGUAGE plpython3u``."""
        return f"FOR {self.type} LANGUAGE {show_identifier(self.language)}"

    @property
    def schema(self) -> str | None:
        """None."""
        return None
