"""Drop and make tables that refer to each other in a ring, of which none can go or come before all others."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from harness.catalog import Snapshot, objects
from harness.catalog.objects import CatalogObject
from harness.findings.restoring.making import drop, make

_PARENT = re.compile(r" REFERENCES (.+?)\(")
_Keys = list[tuple[str, str, objects.Constraint]]
"""Foreign keys, each after its table and the one that it refers to."""


def drop_from_ring(item: CatalogObject, going: AbstractSet[str], side: Snapshot) -> list[str] | None:
    """What drops the object: of tables in a ring, the first one goes with the foreign keys that refer to it."""
    dropped = drop(item, side)
    if not isinstance(item, objects.Table) or dropped is None:
        return dropped
    keys = _keys(going, side)
    first = [key for table, parent, key in keys
             if parent == item.title < table and _needs(item.title, table, keys)]
    return [*(line for key in first for line in drop(key, side) or []), *dropped]


def make_in_ring(item: CatalogObject, coming: AbstractSet[str], side: Snapshot) -> list[str] | None:
    """What makes the object: of tables in a ring, the last one comes with the foreign keys that refer to it."""
    if not isinstance(item, objects.Table):
        return make(item, side)
    keys = _keys(coming, side)
    later = {id(key) for table, parent, key in keys
             if table == item.title < parent and _needs(parent, table, keys)}
    last = [key for table, parent, key in keys if parent == item.title > table and _needs(parent, table, keys)]
    made = make(item, Snapshot(other for other in side.objects if id(other) not in later) if later else side)
    return None if made is None else [*made, *(line for key in last for line in make(key, side) or [])]


def _keys(among: AbstractSet[str], side: Snapshot) -> _Keys:
    """The foreign keys of some tables."""
    return [(str(key.table), found[1], key) for key in side.of(objects.Constraint)
            if str(key.table) in among and (found := _PARENT.search(key.definition)) is not None]


def _needs(one: str, other: str, keys: _Keys) -> bool:
    """Whether a table refers to another one, directly or by way of others."""
    needed = {one}
    while more := {parent for table, parent, _ in keys if table in needed} - needed:
        needed |= more
    return other in needed
