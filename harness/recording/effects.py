"""What one upgrade did to the schema, object by object, as digests."""

from __future__ import annotations

from dataclasses import dataclass

from harness.catalog import Snapshot, digest, not_shared, unowned
from harness.catalog.objects import CatalogObject

Key = tuple[str, str]
"""Kind and title of an object."""


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """One object that an upgrade made, altered or dropped: the digests of what it was and what it became."""

    kind: str
    title: str
    before: str | None
    """None: it was not there."""
    after: str | None
    """None: it is gone."""

    @property
    def key(self) -> Key:
        """What identifies the object."""
        return self.kind, self.title


def effects(before: Snapshot, after: Snapshot) -> tuple[Effect, ...]:
    """What lies between two snapshots, by kind and title; owners and privileges do not count."""
    only_before, only_after = not_shared(before, after)
    was, now = _by_key(only_before), _by_key(only_after)
    found = []
    for key in was.keys() | now.keys():
        earlier, later = digest_of(was.get(key)), digest_of(now.get(key))
        if earlier != later:
            found.append(Effect(*key, earlier, later))
    return tuple(sorted(found, key=lambda effect: effect.key))


def digest_of(item: CatalogObject | None) -> str | None:
    """The digest of an object without owner and privileges; None where there is none."""
    bare = unowned(item) if item is not None else None
    return digest(bare) if bare is not None else None


def _by_key(items: list[CatalogObject]) -> dict[Key, CatalogObject]:
    return {(item.kind, item.title): item for item in items}
