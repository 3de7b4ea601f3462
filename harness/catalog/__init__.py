"""The schema of a database as typed values: read, compared, and shown."""

from harness.catalog.delta import Action, AttributeChange, CatalogDelta, Change, ColumnOrder
from harness.catalog.diff import diff
from harness.catalog.plain_values import digest, from_values, to_values
from harness.catalog.render import render
from harness.catalog.snapshot import Snapshot, TypeVersions, capture, not_shared
from harness.catalog.statements import schema_sql
from harness.catalog.unowned import unowned, without_owners

__all__ = [
    "Action",
    "AttributeChange",
    "CatalogDelta",
    "Change",
    "ColumnOrder",
    "Snapshot",
    "TypeVersions",
    "capture",
    "diff",
    "digest",
    "from_values",
    "not_shared",
    "render",
    "schema_sql",
    "to_values",
    "unowned",
    "without_owners",
]
