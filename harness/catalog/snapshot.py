"""Every schema object of a database as one value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import psycopg

from harness.catalog.objects import CatalogObject
from harness.catalog.reading import reading
from harness.catalog.recall import Memory, Recall
from harness.catalog.signature import PIECEMEAL, types_altered, types_column
from harness.catalog.watches import Scope
from harness.names import QualifiedName

_Kind = TypeVar("_Kind", bound=CatalogObject)


@dataclass(frozen=True)
class Snapshot:
    """Every schema object of a database at one moment. Two are equal when ``pg_dump`` would print the same."""

    objects: tuple[CatalogObject, ...]
    """In the order of their kinds and names."""
    memory: Memory | None = field(default=None, compare=False, repr=False)  # how it was read, not what

    def of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """The objects of one class."""
        return tuple(item for item in self.objects if isinstance(item, kind))

    def parts_of(self, relation: QualifiedName, kind: type[_Kind]) -> Iterator[_Kind]:
        """The objects of one class that are parts of a table, view or domain, in the snapshot's order."""
        return (item for item in self._by_relation.get(relation, ()) if isinstance(item, kind))

    @cached_property
    def _by_relation(self) -> dict[QualifiedName, list[CatalogObject]]:
        found: defaultdict[QualifiedName, list[CatalogObject]] = defaultdict(list)
        for item in self.objects:
            relation = item.relation
            if relation is not None:
                found[relation].append(item)
        return found


def capture(
    connection: psycopg.Connection[Any],
    *,
    version_tables: frozenset[QualifiedName] = frozenset(),
    with_roles: bool = True,
    known: Snapshot | None = None,
    touched: frozenset[int] | None = None,
) -> Snapshot:
    """Read all schema objects of the connection's database, except ``version_tables`` with everything of theirs.

    The connection must be in autocommit mode with no transaction open.
    The reading is one read-only transaction of its own that sees one moment; the session's settings stay as they are.
    What belongs to extensions, to PostgreSQL itself or to a session (temporary objects) is left out.

    Roles are left out without ``with_roles``: on a server that others use, they come and go with what those do.

    ``known`` is a snapshot of any database of the same server with the same left out, best an earlier one of this
    database or of one that either was cloned from. What has not changed since is taken from it and not read; the
    result is the same.

    ``touched``, if not None, says that ``known`` is of this very database, that none of the catalogs in
    ``harness.locks.RARE_CATALOGS`` was written to since, and which relations were probably altered: the oids that
    ``TOUCHED_SQL`` told of every transaction since. That takes fewer round trips; the result is the same.

    Source: https://www.postgresql.org/docs/current/catalogs.html

    Raises:
        psycopg.Error: the server refused to read, or the connection is lost.
    """
    with reading(connection) as reader:
        recall = Recall(reader, version_tables, with_roles=with_roles)
        memory = recall.read(known.memory if known is not None else None, touched)
    if known is not None and memory is known.memory:
        return known
    return Snapshot(tuple([entry.item for entry in memory.entries]), memory)


@dataclass(frozen=True, slots=True)
class TypeVersions:
    """The versions of all types of a database, of which its tables may be made."""

    words: str

    @classmethod
    def of(cls, snapshot: Snapshot) -> TypeVersions:
        """Those of a snapshot that was captured."""
        assert snapshot.memory is not None, "it was not captured"
        return cls(snapshot.memory.signature.objects[PIECEMEAL.index(Scope.TYPES)])

    @classmethod
    def read(cls, connection: psycopg.Connection[Any]) -> TypeVersions:
        """Those of the connection's database."""
        sql = f"SELECT {types_column(connection.info.server_version // 10000)}"
        row = connection.execute(sql.encode(), prepare=True).fetchone()
        assert row is not None, "one row"
        return cls(row[0])

    def altered_in(self, later: TypeVersions) -> bool:
        """Whether a type was altered since; not whether one came or went."""
        return types_altered(self.words, later.words)


def not_shared(before: Snapshot, after: Snapshot) -> tuple[list[CatalogObject], list[CatalogObject]]:
    """The objects of each side that the other does not have as the very same object, taken over unread."""
    if before is after:
        return [], []
    shared = set(map(id, before.objects)) & set(map(id, after.objects))
    return ([item for item in before.objects if id(item) not in shared],
            [item for item in after.objects if id(item) not in shared])
