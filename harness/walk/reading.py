"""Read a database again and again, each time only what was touched since the time before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import psycopg

from harness.catalog import Snapshot, TypeVersions, capture, not_shared
from harness.catalog.objects import (
    BaseType,
    CatalogObject,
    CompositeType,
    Domain,
    DomainConstraint,
    EnumType,
    Extension,
    Schema,
)
from harness.data.contents import Contents, read_contents, read_contents_again
from harness.data.large_objects import read_large_objects
from harness.data.rows import TableRows
from harness.data.sequences import Sequences
from harness.data.shapes import Shapes, read_shapes, read_shapes_again
from harness.errors import ServerUnavailableError
from harness.large_objects import LARGE_OBJECTS
from harness.names import QualifiedName

Touched = frozenset[int] | None
"""oids of relations that may have been written to or changed; None: any."""

_SHARED_BY_TABLES = (BaseType, CompositeType, Domain, DomainConstraint, EnumType, Extension, Schema)
"""Objects whose change alters how rows or tables read though no lock on a table tells."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a trip compares, at one moment."""

    contents: Contents

    @property
    def snapshot(self) -> Snapshot:
        """The schema."""
        return self.contents.snapshot

    @property
    def rows(self) -> Mapping[QualifiedName, TableRows]:
        """The rows of all tables, and the large objects as those of one."""
        return self.contents.rows

    @property
    def sequences(self) -> Sequences:
        """Where all sequences stand."""
        return self.contents.sequences


class Place(Protocol):
    """Where the databases are that are read."""

    alone_on_server: bool
    """Whether nobody else uses the server; else its roles are left out."""

    def version_tables(self) -> frozenset[QualifiedName]:
        """Alembic's own tables, as far as they are known."""


class Reader:
    """What is known of one database. Whoever changes it must note what was touched."""

    def __init__(
        self, place: Place, snapshot: Snapshot | None = None,
    ) -> None:
        """Read what is at ``place``, but for the version tables, of which a step may make more known.

        ``snapshot``, if any, is of a database with the same origin; it makes the first reading cheaper.
        """
        self._place = place
        self._version_tables = place.version_tables()
        self._snapshot = snapshot
        self._snapshot_is_current = False
        self._snapshot_moment: int | None = None
        self._types: tuple[int, TypeVersions] | None = None
        self._log: list[Touched] = []
        """What was touched, one entry a change."""
        self._alterations: list[Touched] = []
        """Of what was touched that which may have been altered, entry by entry."""
        self._state: tuple[int, State] | None = None
        self._shapes: tuple[int, Shapes] | None = None
        """What was read last, and how much of the log it knew."""

    @property
    def last_snapshot(self) -> Snapshot | None:
        """The schema as it was read last."""
        return self._snapshot

    @property
    def moment(self) -> int:
        """A mark for ``touched_since``."""
        return len(self._log)

    @property
    def is_current(self) -> bool:
        """Whether nothing was touched since the state was read last."""
        return self._snapshot_is_current and self._state is not None and self._state[0] == self.moment

    def note_step(self, touched: Touched) -> None:
        """Note that migrations have run, which may have changed anything of the schema, and rows of ``touched``."""
        version_tables = self._place.version_tables()
        if version_tables != self._version_tables:
            touched = None
        self._note(touched, touched)
        self._version_tables = version_tables
        self._snapshot_is_current = False

    def note_writes(self, touched: Touched) -> None:
        """Note that rows were written, and nothing else."""
        self._note(touched, frozenset())

    def touched_since(self, moment: int) -> Touched:
        """What was touched since then."""
        return _union(self._log[moment:])

    def state(self, connection: psycopg.Connection) -> State:
        """Schema, rows and sequences as they are now.

        Raises:
            ServerUnavailableError: a policy keeps rows from the user whom the server was given for.
        """
        try:
            return self._read_state(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise ServerUnavailableError(
                "cannot read all rows", error.diag.message_primary or "the user may not",
                f"name a superuser, or ALTER ROLE {connection.info.user} BYPASSRLS") from None

    def _read_state(self, connection: psycopg.Connection) -> State:
        snapshot = self._read_snapshot(connection)
        if self._state is not None and self._state[0] == self.moment:
            return self._state[1]
        touched = self.touched_since(self._state[0]) if self._state is not None else None
        if self._state is None or touched is None:
            contents = read_contents(connection, snapshot)
        else:
            contents = read_contents_again(connection, self._state[1].contents, snapshot, touched=touched)
        known = self._state[1].rows[LARGE_OBJECTS] if self._state is not None and touched is not None else None
        large = known or read_large_objects(connection)
        if contents.rows.get(LARGE_OBJECTS) is not large:
            contents = replace(contents, rows={**contents.rows, LARGE_OBJECTS: large})
        state = State(contents)
        self._state = self.moment, state
        return state

    def shapes(self, connection: psycopg.Connection) -> Shapes:
        """The shapes of all tables as they are now."""
        self._notice_altered_types(connection)
        if self._shapes is None or (altered := self._altered_since(self._shapes[0])) is None:
            shapes = read_shapes(connection, exclude=self._version_tables)
        elif altered:
            shapes = read_shapes_again(connection, self._shapes[1], exclude=self._version_tables, touched=altered)
        else:
            shapes = self._shapes[1]
        self._shapes = self.moment, shapes
        return shapes

    def _read_snapshot(self, connection: psycopg.Connection) -> Snapshot:
        if self._snapshot is None or not self._snapshot_is_current:
            # The one to begin with may be of another database.
            altered = None if self._snapshot_moment is None else self._altered_since(self._snapshot_moment)
            snapshot = capture(connection, version_tables=self._version_tables, with_roles=self._place.alone_on_server,
                               known=self._snapshot, touched=altered)
            if self._snapshot is None or _shared_changed(self._snapshot, snapshot):
                self._note(None, None)
            self._snapshot = snapshot
            self._snapshot_is_current = True
            self._snapshot_moment = self.moment
            self._types = self.moment, TypeVersions.of(snapshot)
        return self._snapshot

    def _notice_altered_types(self, connection: psycopg.Connection) -> None:
        """Do as much as reading the whole schema would do for the shapes of tables."""
        if self._types is None or self._altered_since(self._types[0]) is None:
            self._read_snapshot(connection)
        elif not self._snapshot_is_current:
            types = TypeVersions.read(connection)
            if self._types[1].altered_in(types):
                self._note(None, None)
            self._types = self.moment, types

    def _altered_since(self, moment: int) -> Touched:
        return _union(self._alterations[moment:])

    def _note(self, touched: Touched, altered: Touched) -> None:
        self._log.append(touched)
        self._alterations.append(altered)


def _union(log: Iterable[Touched]) -> Touched:
    found: frozenset[int] = frozenset()
    for touched in log:
        if touched is None:
            return None
        found |= touched
    return found


def _shared_changed(before: Snapshot, after: Snapshot) -> bool:
    """Whether an object was altered that tables share. To make or to drop one changes no table but by locking it.

    A type that was altered and is as it was again may have taken something of every value with it.
    """
    if TypeVersions.of(before).altered_in(TypeVersions.of(after)):
        return True
    earlier, later = (_shared(side) for side in not_shared(before, after))
    constraints = {key for key, item in (earlier | later).items() if isinstance(item, DomainConstraint)}
    return any(earlier.get(key) != later.get(key) or isinstance(later.get(key), CompositeType)
               for key in constraints | (earlier.keys() & later.keys()))


def _shared(objects: Iterable[CatalogObject]) -> dict[tuple[str, int], CatalogObject]:
    return {(item.kind, item.oid): item for item in objects if isinstance(item, _SHARED_BY_TABLES)}
