"""One frozen dataclass for each kind of object that a database can hold."""

from harness.catalog.objects.base import CatalogObject
from harness.catalog.objects.database import Extension
from harness.catalog.objects.relations import (
    Column,
    Constraint,
    Index,
    Policy,
    Rule,
    Schema,
    Sequence,
    Table,
    Trigger,
    View,
)
from harness.catalog.objects.routines import Function
from harness.catalog.objects.types import CompositeType, Domain, DomainConstraint, EnumType

__all__ = [
    "CatalogObject",
    "Column",
    "CompositeType",
    "Constraint",
    "Domain",
    "DomainConstraint",
    "EnumType",
    "Extension",
    "Function",
    "Index",
    "Policy",
    "Rule",
    "Schema",
    "Sequence",
    "Table",
    "Trigger",
    "View",
]
