"""One frozen dataclass for each kind of object that a database can hold."""

from harness.catalog.objects.base import CatalogObject
from harness.catalog.objects.database import (
    AccessMethod,
    DefaultPrivileges,
    EventTrigger,
    Extension,
    Language,
    SystemPrivileges,
)
from harness.catalog.objects.foreign import (
    ForeignDataWrapper,
    ForeignServer,
    Publication,
    Subscription,
    UserMapping,
)
from harness.catalog.objects.operators import Cast, Operator, OperatorClass, OperatorFamily, Transform
from harness.catalog.objects.relations import (
    Column,
    Constraint,
    Index,
    Policy,
    Rule,
    Schema,
    Sequence,
    Statistics,
    Table,
    Trigger,
    View,
)
from harness.catalog.objects.routines import Aggregate, Function
from harness.catalog.objects.text import (
    Collation,
    Conversion,
    TextSearchConfiguration,
    TextSearchDictionary,
    TextSearchParser,
    TextSearchTemplate,
)
from harness.catalog.objects.types import BaseType, CompositeType, Domain, DomainConstraint, EnumType

__all__ = [
    "AccessMethod",
    "Aggregate",
    "BaseType",
    "Cast",
    "CatalogObject",
    "Collation",
    "Column",
    "CompositeType",
    "Constraint",
    "Conversion",
    "DefaultPrivileges",
    "Domain",
    "DomainConstraint",
    "EnumType",
    "EventTrigger",
    "Extension",
    "ForeignDataWrapper",
    "ForeignServer",
    "Function",
    "Index",
    "Language",
    "Operator",
    "OperatorClass",
    "OperatorFamily",
    "Policy",
    "Publication",
    "Rule",
    "Schema",
    "Sequence",
    "Statistics",
    "Subscription",
    "SystemPrivileges",
    "Table",
    "TextSearchConfiguration",
    "TextSearchDictionary",
    "TextSearchParser",
    "TextSearchTemplate",
    "Transform",
    "Trigger",
    "UserMapping",
    "View",
]
