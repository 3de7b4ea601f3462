"""Keep what a database brought along out of what is laid to a revision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from harness.catalog import Action, CatalogDelta, Change
from harness.findings.facts import TripFacts


def without_drifted(facts: TripFacts, drifted: Collection[str] | None) -> TripFacts:
    """The facts without changes of objects that no revision made as they are, or of parts of them.

    A downgrade cannot bring back what its history does not know of. Nor does it matter here who owns an object and who
    may use it: the migrations of a dump ran as another role. ``drifted`` None: nothing was brought along.
    """
    if drifted is None:
        return facts
    return replace(facts, downgrade_schema=_without(facts.downgrade_schema, drifted),
                   reupgrade_schema=_without(facts.reupgrade_schema, drifted))


def _without(delta: CatalogDelta | None, drifted: Collection[str]) -> CatalogDelta | None:
    if delta is None:
        return None
    own = (change for change in delta.changes if not any(_concern(change.name, name) for name in drifted))
    changes = tuple(kept for change in own if (kept := _without_owner(change)) is not None)
    orders = tuple(order for order in delta.column_orders if str(order.table) not in drifted)
    return replace(delta, changes=changes, column_orders=orders)


def _without_owner(change: Change) -> Change | None:
    """The change without owner and privileges; None where that is all there is to it."""
    if change.action is not Action.ALTERED:
        return change
    kept = tuple(item for item in change.attributes
                 if item.attribute != "owner" and not item.attribute.endswith("privileges"))
    return replace(change, attributes=kept) if kept else None


def _concern(one: str, other: str) -> bool:
    """Whether two objects are the same, or one is a part of the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
