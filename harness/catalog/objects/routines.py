"""Functions, procedures and aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.catalog.objects.base import NOTHING, InSchema, not_compared
from harness.names import QualifiedName


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(InSchema):
    """A function, window function or procedure: pg_proc."""

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    arguments: str
    """Types of the input arguments, which tell functions of one name apart."""
    prokind: str
    definition: str
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING

    @property
    def kind(self) -> str:
        """``function`` or ``procedure``."""
        return "procedure" if self.prokind == "p" else "function"

    @property
    def title(self) -> str:
        """``public.f(integer, text)``."""
        return f"{self.name}({self.arguments})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(InSchema):
    """An aggregate function: pg_aggregate."""

    KIND: ClassVar[str] = "aggregate"

    oid: int = not_compared()  # given anew to an object made again
    name: QualifiedName
    arguments: str
    """Types of the input arguments, which tell aggregates of one name apart."""
    signature: str
    """The arguments with their names and modes."""
    options: frozenset[str]
    owner: str
    privileges: frozenset[str]
    comment: str | None = None
    security_labels: frozenset[str] = NOTHING

    @property
    def title(self) -> str:
        """``public.total(integer)``."""
        return f"{self.name}({self.arguments or '*'})"
