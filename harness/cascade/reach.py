"""Which row of a table has the most rows below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from harness.cascade.model import ForeignKey

RowId = tuple[str, str]
"""tableoid and ctid, as text; of a partitioned table, the partition's."""

MOST_STEPS = 20_000
"""Of one search; where rows are so many that it ends there, the best of those looked at is taken."""


@dataclass(frozen=True, slots=True)
class Links:
    """Which rows refer to which, by the foreign keys that act on a delete."""

    deleted_with: Mapping[RowId, Sequence[RowId]]
    """The rows that cascading deletes with a row, those next to it."""
    changed_with: Mapping[RowId, Sequence[RowId]]
    """The rows that SET NULL and SET DEFAULT change when it is deleted."""
    referred_by: Mapping[ForeignKey, Sequence[RowId]] = field(default_factory=dict)
    """The rows to which a foreign key refers, each once."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[ForeignKey, Sequence[tuple[RowId, RowId]]]]) -> Links:
        """Take the pairs of parent and child of each foreign key."""
        deleted: defaultdict[RowId, list[RowId]] = defaultdict(list)
        changed: defaultdict[RowId, list[RowId]] = defaultdict(list)
        referred: dict[ForeignKey, tuple[RowId, ...]] = {}
        for key, found in pairs:
            links = deleted if key.cascades else changed
            for parent, child in found:
                links[parent].append(child)
            referred[key] = tuple(dict.fromkeys(parent for parent, _ in found))
        return cls(deleted, changed, referred)


def order_by_reach(links: Links, rows: Iterable[RowId]) -> list[RowId]:
    """The rows with the most below them first: those that would be deleted count before those that would be changed."""
    # Where not all can be looked at, those with the most next to them are.
    nearest_first = sorted(rows, key=lambda row: (-len(links.deleted_with.get(row, ())), row))
    reach: dict[RowId, tuple[int, int]] = {}
    steps = 0
    for row in nearest_first:
        if steps >= MOST_STEPS:
            break
        deleted, changed = _reach(links, row)
        reach[row] = (len(deleted), len(changed - deleted))
        steps += len(deleted) + len(changed)
    return sorted(reach, key=lambda row: (-reach[row][0], -reach[row][1], _place(row)))


def _reach(links: Links, row: RowId) -> tuple[set[RowId], set[RowId]]:
    deleted = {row}
    changed: set[RowId] = set()
    waiting = [row]
    for reached in waiting:
        changed.update(links.changed_with.get(reached, ()))
        for child in links.deleted_with.get(reached, ()):
            if child not in deleted:
                deleted.add(child)
                waiting.append(child)
    return deleted, changed


def _place(row: RowId) -> tuple[int, tuple[int, ...]]:
    """Where the row stands on disk: ``(0,12)`` after ``(0,2)``."""
    oid, ctid = row
    return int(oid), tuple(map(int, ctid.strip("()").split(",")))
