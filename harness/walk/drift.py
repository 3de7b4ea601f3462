"""Keep what a database brought along out of what is laid to a revision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from harness.catalog import CatalogDelta
from harness.findings.facts import TripFacts


def without_drifted(facts: TripFacts, drifted: Collection[str]) -> TripFacts:
    """The facts without changes of objects that no revision made as they are, or of parts of them.

    A downgrade cannot bring back what its history does not know of.
    """
    if not drifted:
        return facts
    return replace(facts, downgrade_schema=_without(facts.downgrade_schema, drifted),
                   reupgrade_schema=_without(facts.reupgrade_schema, drifted))


def _without(delta: CatalogDelta | None, drifted: Collection[str]) -> CatalogDelta | None:
    if delta is None:
        return None
    changes = tuple(change for change in delta.changes if not any(_concern(change.name, name) for name in drifted))
    orders = tuple(order for order in delta.column_orders if str(order.table) not in drifted)
    return replace(delta, changes=changes, column_orders=orders)


def _concern(one: str, other: str) -> bool:
    """Whether two objects are the same, or one is a part of the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
