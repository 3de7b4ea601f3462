"""The schema of a database as typed values: read, compared, and shown."""

from harness.catalog.delta import Action, AttributeChange, CatalogDelta, Change, ColumnOrder
from harness.catalog.diff import diff
from harness.catalog.render import render
from harness.catalog.snapshot import Snapshot, TypeVersions, capture, not_shared

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
    "not_shared",
    "render",
]
