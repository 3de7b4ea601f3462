"""Every schema object of a database as one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import psycopg

from harness.catalog.objects import CatalogObject
from harness.catalog.reading import reading
from harness.catalog.recall import Group, Groups, Memory, Recall
from harness.catalog.signature import PIECEMEAL, Word, Words, read_types, types_altered, types_column
from harness.catalog.watches import Scope
from harness.names import QualifiedName

_Kind = TypeVar("_Kind", bound=CatalogObject)


class Snapshot:
    """Every schema object of a database at one moment. Two are equal when ``pg_dump`` would print the same."""

    def __init__(self, objects: Iterable[CatalogObject] = (), memory: Memory | None = None) -> None:
        """``memory`` tells how it was read; the objects are then those that it holds."""
        self.memory = memory
        self.groups: Groups = memory.groups if memory is not None else {"": Group(tuple(objects))}
        """The objects as they were read together; one that another snapshot has too is the same there."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Snapshot):
            return NotImplemented
        return self is other or self.objects == other.objects

    def __hash__(self) -> int:
        return hash(self.objects)

    @cached_property
    def objects(self) -> tuple[CatalogObject, ...]:
        """All of them."""
        return self.of(CatalogObject)

    @property
    def relation_oids(self) -> KeysView[int]:
        """The oids of all relations, also of such that no object stands for; it was captured."""
        assert self.memory is not None, "it was captured"
        return self.memory.signature.relations.keys()

    def altered_since(self, earlier: Snapshot, among: frozenset[int]) -> dict[int, str]:
        """Which of some relations came, went or were altered since, with their relkinds; both were captured."""
        assert self.memory is not None, "it was captured"
        assert earlier.memory is not None, "it was captured"
        was, now = earlier.memory.signature.relations, self.memory.signature.relations
        return {oid: Word.parse(Scope.RELATIONS, oid, now.get(oid) or was[oid]).relkind
                for oid in among if was.get(oid) != now.get(oid)}

    def of(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """The objects of one class, those that were captured in the order of their kinds and names."""
        found = [item for group in self.groups.values() for item in group.items if isinstance(item, kind)]
        return tuple(sorted(found, key=lambda item: (item.kind, item.title)) if self.memory is not None else found)

    def parts_of(self, relation: QualifiedName, kind: type[_Kind]) -> Iterator[_Kind]:
        """The objects of one class that are parts of a table, view or domain, in the order of their names."""
        found = [item for group in self.groups.values() if relation in group.relations
                 for item in group.items if isinstance(item, kind) and item.relation == relation]
        return iter(sorted(found, key=lambda item: item.title))


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
        memory = Recall(reader, version_tables, with_roles=with_roles).read(
            known.memory if known is not None else None, touched)
    if known is not None and memory.groups is known.groups:
        known.memory = memory  # as of a later moment
        return known
    return Snapshot(memory=memory)


@dataclass(frozen=True, slots=True)
class TypeVersions:
    """The versions of all types of a database, of which its tables may be made."""

    words: Words

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
        return cls(read_types(row[0]))

    def altered_in(self, later: TypeVersions) -> bool:
        """Whether a type was altered since; not whether one came or went."""
        return types_altered(self.words, later.words)


def not_shared(before: Snapshot, after: Snapshot) -> tuple[list[CatalogObject], list[CatalogObject]]:
    """The objects of each side that the other does not have as the very same, taken over unread.

    Of what belongs to a relation these are all or none.
    """
    if before is after:
        return [], []
    return _beside(before.groups, after.groups), _beside(after.groups, before.groups)


def _beside(groups: Groups, others: Groups) -> list[CatalogObject]:
    return [item for key, group in groups.items() if others.get(key) is not group for item in group.items]
